# Completion of scalingo in fish. Generated from its commands by `make manual`.
# Only the names and ids of the platform are asked for, from `scalingo __complete`.

# Fills in what may follow the command $argv: its `commands`, each as NAME|HELP, and the `default`
# of them; its `options`,
# each as SPELLINGS|HELP|KIND|WORDS|LISTING|SUFFIX, a flag as SPELLINGS|HELP; its `arguments`,
# each as KIND|WORDS|LISTING|SUFFIX, of which the last repeats if `repeated` is set. No option
# follows the first argument if `options_end` is set.
function __scalingo_at --no-scope-shadowing
    set commands
    set default
    set options
    set arguments
    set repeated
    set options_end
    switch "$argv"
        case ''
            set --append commands 'accounts|List the accounts signed in on this machine, and switch between them'
            set --append commands 'addons|List, add, upgrade and remove add-ons, and browse the catalogue'
            set --append commands 'api|Send a request to the API and print the response'
            set --append commands 'apps|List, create, rename, transfer and delete apps'
            set --append commands 'collaborators|List, invite and remove collaborators'
            set --append commands 'completion|Print a shell completion script'
            set --append commands 'containers|List, stop and signal running containers, and list their sizes'
            set --append commands 'cron-tasks|List the cron tasks of an app'
            set --append commands 'deploy|Deploy a directory, an archive or a URL, without git'
            set --append commands 'deployments|List, show and follow deployments'
            set --append commands 'doctor|Check the sign-in, the connection to the platform and the local setup'
            set --append commands 'domains|List, add, update and remove domains and their certificates'
            set --append commands 'env|List, set and remove the environment variables of an app'
            set --append commands 'events|Show an app\'s events'
            set --append commands 'keys|List, show, add and remove SSH keys'
            set --append commands 'login|Sign in and store the token in the keyring'
            set --append commands 'logout|Sign out and delete the stored token'
            set --append commands 'logs|Show or follow an app\'s logs'
            set --append commands 'operations|Show an operation, or wait for it to finish'
            set --append commands 'private-network|List the names of an app on the private network'
            set --append commands 'projects|List, create, update and delete projects, which group apps'
            set --append commands 'ps|Show the formation and the running containers'
            set --append commands 'regions|List the regions of the regional platform'
            set --append commands 'restart|Restart containers'
            set --append commands 'run|Run a command in a one-off container'
            set --append commands 'sandbox|Run a local simulator of the Scalingo API'
            set --append commands 'scale|Show or change the number and size of containers'
            set --append commands 'stacks|List the stacks, which are the systems that apps run on'
            set --append commands 'stats|Show the resource usage of each running container'
            set --append commands 'tokens|List, create, renew and revoke API tokens'
            set --append commands 'update|Show how to upgrade this client'
            set --append commands 'version|Print the version of this client'
            set --append commands 'whoami|Show who is signed in, where, and with which token'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '-r --remote|Git remote that names the app (default: scalingo)|text'
            set --append options '-v --version|Show the version and exit'
        case 'accounts'
            set --append commands 'list|List the accounts, starting with the one in use'
            set --append commands 'use|Switch to an account, given as NAME or NAME@HOST'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'accounts list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'accounts use'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||accounts list|'
        case 'addons'
            set --append commands 'add|Add an add-on to an app'
            set --append commands 'categories|List the categories of add-ons (no account needed)'
            set --append commands 'list|List the add-ons of an app'
            set --append commands 'plans|List the plans of an add-on provider (no account needed)'
            set --append commands 'providers|List the add-on providers (no account needed)'
            set --append commands 'remove|Remove an add-on and all its data'
            set --append commands 'upgrade|Change the plan of an add-on'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'addons add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||addons providers|' 'text'
        case 'addons categories'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'addons list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'addons plans'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||addons providers|'
        case 'addons providers'
            set --append options '--category|Category to list (default: all)|words||addons categories|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'addons remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|ADDON again, to skip the confirmation prompt|words||addons list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||addons list|'
        case 'addons upgrade'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||addons list|' 'text'
        case 'api'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-F --field|Field with a JSON value, or text if it is not JSON; @FILE reads the value from a file|text'
            set --append options '-H --header|Additional request header|text'
            set --append options '-h --help|Show this message and exit'
            set --append options '-i --include|Print the response\'s status line and headers first'
            set --append options '--input|File to send as the body|file'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--paginate|Fetch all pages of a collection and print them as one document'
            set --append options '-f --raw-field|Field with a text value|text'
            set arguments 'words|GET HEAD POST PUT PATCH DELETE||' 'text'
        case 'apps'
            set --append commands 'create|Create an app'
            set --append commands 'delete|Delete an app and everything in it'
            set --append commands 'list|List the apps that you own or collaborate on'
            set --append commands 'rename|Give an app a different name; its address changes with it'
            set --append commands 'show|Show an app (default: the one of this checkout)'
            set --append commands 'transfer|Transfer an app to one of its collaborators'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'apps create'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'text'
        case 'apps delete'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|NAME again, to skip the confirmation prompt|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||apps list|'
        case 'apps list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'apps rename'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|NAME again, to skip the confirmation prompt|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||apps list|' 'text'
        case 'apps show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||apps list|'
        case 'apps transfer'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|NAME again, to skip the confirmation prompt|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||apps list|' 'text'
        case 'collaborators'
            set --append commands 'add|Invite a collaborator to an app'
            set --append commands 'list|List the collaborators of an app and its pending invitations'
            set --append commands 'remove|Remove a collaborator or cancel an invitation'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'collaborators add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--limited|Limited permissions (regional platform only)'
            set arguments 'text'
        case 'collaborators list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'collaborators remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'words||collaborators list|'
        case 'completion'
            set --append options '-h --help|Show this message and exit'
            set arguments 'words|bash fish zsh||'
        case 'containers'
            set --append commands 'list|List the running containers, one-off containers included'
            set --append commands 'signal|Send SIGUSR1 or SIGUSR2 to running containers'
            set --append commands 'sizes|List the sizes of containers, with their memory and price'
            set --append commands 'stop|Stop a one-off container and the command in it'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'containers list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'containers signal'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words|SIGUSR1 SIGUSR2||' 'words||containers list|'
            set repeated 1
        case 'containers sizes'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'containers stop'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--timeout|Seconds to wait (default: 3600); then exit with 124 while the operation continues|text'
            set --append options '--wait|Wait until the operation has finished'
            set arguments 'words||containers list|'
        case 'cron-tasks'
            set --append commands 'list|List the cron tasks of an app, and when each runs next'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'cron-tasks list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'deploy'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-f --follow|Follow the deployment, and exit with 0 if it succeeds or 1 if it fails'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--ref|Version to record, such as a commit or a tag (default: the checkout\'s commit)|text'
            set arguments 'file'
        case 'deployments'
            set --append commands 'follow|Follow a deployment until it finishes; exit with 1 if it fails'
            set --append commands 'list|List the deployments of an app, newest first'
            set --append commands 'output|Print the output of a deployment, unchanged'
            set --append commands 'show|Show a deployment'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'deployments follow'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--timeout|Seconds to wait (default: 3600); then exit with 124 while the operation continues|text'
            set arguments 'words|latest|deployments list|'
        case 'deployments list'
            set --append options '--all|Fetch all pages'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--limit|Maximum number of records, newest first, across pages|text'
            set --append options '--page|Number of the page to fetch (default: 1)|text'
            set --append options '--per-page|Records per page (default: the platform\'s)|text'
        case 'deployments output'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set arguments 'words|latest|deployments list|'
        case 'deployments show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words|latest|deployments list|'
        case 'doctor'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'domains'
            set --append commands 'add|Add a domain, with or without a certificate'
            set --append commands 'list|List the domains of an app and when their certificates expire'
            set --append commands 'remove|Remove a domain and its certificate'
            set --append commands 'show|Show a domain and its certificate'
            set --append commands 'update|Replace the certificate of a domain'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'domains add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--cert|Certificate in PEM; in a chain, it comes first|file'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--key|Private key of the certificate, in PEM|file'
            set arguments 'text'
        case 'domains list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'domains remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'words||domains list|'
        case 'domains show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||domains list|'
        case 'domains update'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--cert|Certificate in PEM; in a chain, it comes first|file'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--key|Private key of the certificate, in PEM|file'
            set arguments 'words||domains list|'
        case 'env'
            set --append commands 'diff|Show what `env import` would change, without showing values'
            set --append commands 'edit|Edit the variables as a dotenv file in your editor ($VISUAL, $EDITOR or vi)'
            set --append commands 'export|Print the variables in a format that `env import` or a shell can read'
            set --append commands 'get|Print the value of a variable'
            set --append commands 'import|Set variables from a dotenv file, or from standard input (-), in one request'
            set --append commands 'list|List the variables and their values'
            set --append commands 'run|Run a local command with the app\'s variables in its environment'
            set --append commands 'set|Set one or more variables in one request'
            set --append commands 'unset|Remove variables; none, if a name does not exist'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'env diff'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--exit-code|Exit with 10 if there are differences'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'file'
        case 'env edit'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
        case 'env export'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--format|Output format|words|dotenv shell json||'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'env get'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||env list|'
        case 'env import'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--prune|Also remove variables that are not in the file'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'file'
        case 'env list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--names|Only the names, without the values'
        case 'env run'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set arguments 'program'
            set repeated 1
            set options_end 1
        case 'env set'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||env list|='
            set repeated 1
        case 'env unset'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--ignore-missing|Skip names that do not exist'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||env list|'
            set repeated 1
        case 'events'
            set --append commands 'list|List the events of an app, newest first'
            set --append commands 'show|Show an event, by its id, the start of it, or latest'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'events list'
            set --append options '--all|Fetch all pages'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-f --follow|Keep showing new events as they arrive'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--limit|Maximum number of records, newest first, across pages|text'
            set --append options '--page|Number of the page to fetch (default: 1)|text'
            set --append options '--per-page|Records per page (default: the platform\'s)|text'
            set --append options '--type|Event type to show (default: all); may be repeated|words|accept_collaborator accept_project_transfer_invitation accept_project_transfer_invitation_error add_credit add_payment_method add_voucher addon_updated alert authorize_github cancel_project_transfer_invitation change_collaborator_role complete_database_maintenance crash create_data_access_consent create_review_app database/add_feature database/remove_feature database_backup_failed database_backup_succeeded database_continuousbackup_delayed database_continuousbackup_healthy database_continuousbackup_stale decline_project_transfer_invitation delete_addon delete_addon_log_drain delete_alert delete_app delete_autoscaler delete_collaborator delete_domain delete_integration delete_key delete_log_drain delete_notifier delete_project delete_token delete_variable deployment destroy_review_app edit_app edit_autoscaler edit_collaborator edit_domain edit_hds_contact edit_key edit_notifier edit_project edit_variable edit_variables link_github link_scm login_failure login_lock login_success login_unlock_success new_addon new_addon_log_drain new_alert new_app new_autoscaler new_collaborator new_domain new_event new_integration new_key new_log_drain new_notifier new_project new_project_transfer_invitation new_token new_user new_variable password_reset_query password_reset_success payment_attempt plan_database_maintenance regenerate_token rename_app repeated_crash restart resume_addon revoke_github run scale stack_changed start_database_maintenance start_region_migration stop_app suspend_addon tfa_disabled tfa_enabled transfer_app unlink_github unlink_scm update_app_project update_scm upgrade_addon upgrade_database||'
        case 'events show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words|latest|events list|'
        case 'keys'
            set --append commands 'add|Add an SSH public key to your account'
            set --append commands 'list|List the SSH keys of your account'
            set --append commands 'remove|Remove an SSH key; its owner can no longer push'
            set --append commands 'show|Show an SSH key'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'keys add'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'text' 'file'
        case 'keys list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'keys remove'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'words||keys list|'
        case 'keys show'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||keys list|'
        case 'login'
            set --append options '--email|E-mail address or username (default: ask)|text'
            set --append options '-h --help|Show this message and exit'
            set --append options '--insecure-storage|If there is no keyring, store the token in a file that only you can read'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--otp|One-time code for two-factor authentication (default: ask)|text'
            set --append options '--password-stdin|Read the password from standard input'
            set --append options '--with-token|Read an API token from standard input instead'
        case 'logout'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--keep-remote|Do not revoke the token on the platform'
        case 'logs'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--filter|Container (web-1), type (web) or several (\'web/worker\') to show (default: all)|words||scale|'
            set --append options '-f --follow|Keep showing new lines as they arrive'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '-n --lines|Number of lines to show (default: the platform\'s)|text'
        case 'operations'
            set --append commands 'show|Show an operation, such as a scale or a restart'
            set --append commands 'wait|Wait for an operation to finish; exit with 1 if it fails'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'operations show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'text'
        case 'operations wait'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--timeout|Seconds to wait (default: 3600); then exit with 124 while the operation continues|text'
            set arguments 'text'
        case 'private-network'
            set --append commands 'domains|List the domain names of an app on the private network'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default domains
        case 'private-network domains'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--page|Number of the page to fetch (default: 1)|text'
            set --append options '--per-page|Records per page, 50 at most (default: the platform\'s)|text'
        case 'projects'
            set --append commands 'create|Create a project'
            set --append commands 'delete|Delete a project that has no apps'
            set --append commands 'list|List your projects'
            set --append commands 'show|Show a project'
            set --append commands 'update|Rename a project, or make it the default one'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'projects create'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--default|Project of new apps from now on'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'text'
        case 'projects delete'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'words||projects list|'
        case 'projects list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'projects show'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||projects list|'
        case 'projects update'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--default|Project of new apps from now on'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--name|New name|text'
            set arguments 'words||projects list|'
        case 'ps'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'regions'
            set --append commands 'list|List the regions of the regional platform'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'regions list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'restart'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--timeout|Seconds to wait (default: 3600); then exit with 124 while the operation continues|text'
            set --append options '--wait|Wait until the operation has finished'
            set arguments 'words||scale|'
            set repeated 1
        case 'run'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-e --env|Environment variable for the command; without =VALUE, the local value is used|text'
            set --append options '-f --file|File to upload to /tmp/uploads first; may be repeated|file'
            set --append options '-h --help|Show this message and exit'
            set --append options '-s --size|S, M, L, XL, 2XL or 3XL (default: M)|words|S M L XL 2XL 3XL||'
            set --append options '--tty|Whether to allocate a terminal (default: if stdin and stdout are terminals)'
            set --append options '--no-tty|Whether to allocate a terminal (default: if stdin and stdout are terminals)'
            set arguments 'text'
            set repeated 1
            set options_end 1
        case 'sandbox'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--data|JSON document of users, tokens and apps to begin with: see GET /_sandbox/state|file'
            set --append options '--env-file|File for the variables, one NAME=VALUE a line, while the sandbox runs|file'
            set --append options '-h --help|Show this message and exit'
            set --append options '--host|Name or address that clients use; one of another machine opens the sandbox to the network (default: 127|text'
            set --append options '--legacy|Serve the legacy API (2015) instead of the regional'
            set --append options '--now|Time at the start, in ISO 8601 (default: the present)|text'
            set --append options '--operation-seconds|Duration of operations such as scale and restart (default: 1)|text'
            set --append options '--port|First port; each host of the platform has one (default: any that are free)|text'
            set --append options '--profile|How slow the platform is and how often it fails: slow, flaky, or a JSON file with `latency` ([least, most] seconds) and `errors` ({fault: share})|file'
            set --append options '--strict|Refuse the unknown fields and parameters that the API ignores'
            set arguments 'program'
            set repeated 1
            set options_end 1
        case 'scale'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--timeout|Seconds to wait (default: 3600); then exit with 124 while the operation continues|text'
            set --append options '--wait|Wait until the operation has finished'
            set arguments 'words||scale|:'
            set repeated 1
        case 'stacks'
            set --append commands 'list|List the stacks that an app can run on'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'stacks list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--with-deprecated|Deprecated stacks as well; --json has them anyway'
        case 'stats'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--interval|Seconds between refreshes with --watch, at least 2 (default: 3)|text'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--watch|Refresh until Ctrl-C'
        case 'tokens'
            set --append commands 'create|Create a token and print its value, which is shown only once'
            set --append commands 'list|List the tokens of your account, without their values'
            set --append commands 'renew|Renew a token and print its new value; the old value stops working'
            set --append commands 'revoke|Revoke a token; anything that uses it loses access'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set default list
        case 'tokens create'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'text'
        case 'tokens list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'tokens renew'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set arguments 'words||tokens list|'
        case 'tokens revoke'
            set --append options '--curl|Print the requests as curl commands (implies --dry-run)'
            set --append options '--dry-run|Print the requests instead of sending them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
            set --append options '--yes|Do not ask for confirmation'
            set arguments 'words||tokens list|'
        case 'update'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'version'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case 'whoami'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON response; errors go to stderr as JSON'
        case '*'
            return 1
    end
    set --append options '--account|Account to use for this command (default: the one in use)|words||accounts list|'
    set --append options '--debug|Log requests and responses to stderr, with secrets masked'
    set --append options '--debug-body|Log their bodies as well'
    set --append options '--no-pager|Do not use a pager for long lists'
    set --append options '--no-retry|Do not retry failed requests'
    set --append options '--region|Region, such as osc-fr1 (default: $SCALINGO_REGION, the git remote, or the one you signed in to)|words|osc-fr1 osc-secnum-fr1||'
end

# Reads the option $argv[1]: fills in the `values` that may follow it. One that is not its group's
# own belongs to the group's default.
function __scalingo_read_option --no-scope-shadowing
    set values
    for option in $options
        set --local parts (string split --max 2 '|' -- $option)
        if contains -- $argv[1] (string split ' ' -- $parts[1])
            set values $parts[3]
            return
        end
    end
    if test -n "$default"
        set --append command $default
        __scalingo_at $command
        __scalingo_read_option $argv[1]
    end
end

# Reads the command line up to the cursor: fills in what `current` is the beginning of (`wanted`:
# options, commands, values or a program), and for values their kind and what stands `before`.
function __scalingo_read --no-scope-shadowing
    set words (commandline --tokenize --cut-at-cursor --current-process)
    set current (commandline --current-token --cut-at-cursor)
    set place 1
    __scalingo_at
    for i in (seq 2 (count $words))
        set word $words[$i]
        if test -n "$values"
            contains -- $words[(math $i - 1)] -a --app; and set app $word
            set values
        else if test -z "$ended"; and test "$word" = --
            set ended 1
        else if test -z "$ended"; and string match --quiet --regex '^-.' -- $word
            switch $word
                case '--app=*'
                    set app (string replace --regex '^[^=]*=' '' -- $word)
                case '-a?*'
                    set app (string sub --start 3 -- $word)
                    continue
            end
            __scalingo_read_option (string replace --regex '=.*' '' -- $word)
            string match --quiet '*=*' -- $word; and set values
        else if set --query commands[1]
            set --append command $word
            __scalingo_at $command; or return 1
        else if string match --quiet 'program*' -- $arguments[$place]
            set wanted program
            set words $words[$i..-1]
            return
        else
            set place (math $place + 1)
            set ended $options_end
        end
    end
    if test -z "$values"; and test -z "$ended"; and string match --quiet -- '--*=*' $current
        __scalingo_read_option (string replace --regex '=.*' '' -- $current)
        test -n "$values"; and set before (string replace --regex '=.*' '=' -- $current)
    end
    if test -n "$values"
        set wanted values
    else if test -z "$ended"; and string match --quiet -- '-*' $current
        set wanted options
    else if set --query commands[1]
        set wanted commands
    else
        test -n "$repeated"; and set place (math min $place,(count $arguments))
        set values $arguments[$place]
        set wanted values
        if string match --quiet 'program*' -- $values
            set wanted program
            set words
        end
    end
end

# Prints each word that may stand at the cursor, with its help after a TAB.
function __scalingo_complete
    set --local command
    set --local app
    set --local values
    set --local ended
    set --local before ''
    set --local wanted
    set --local place
    set --local words
    set --local word
    set --local current
    set --local commands
    set --local default
    set --local options
    set --local arguments
    set --local repeated
    set --local options_end
    __scalingo_read; or return
    switch $wanted
        case options
            set words $options
            if test -n "$default"
                __scalingo_at $command $default
                set --append words $options
            end
            for word in $words
                set --local parts (string split '|' -- $word)
                printf '%s\t%s\n' (string split ' ' -- $parts[1])[-1] $parts[2]
            end
        case commands
            string replace '|' \t -- $commands
        case program
            complete --do-complete (string join ' ' -- (string escape -- $words) $current)
        case values
            set --local parts (string split '|' -- $values)
            switch $parts[1]
                case file
                    set word (string replace -- "$before" '' $current)
                    printf '%s\n' $before(complete --do-complete "__fish_command_without_completions $word")
                case words
                    test -n "$parts[2]"; and printf '%s\n' $before(string split ' ' -- $parts[2])
                    test -n "$parts[3]"; or return
                    for word in (command scalingo __complete $parts[3] "$app" 2>/dev/null </dev/null)
                        set --local about (string split --max 1 \t -- $word)
                        printf '%s\t%s\n' $before$about[1]$parts[4] "$about[2]"
                    end
            end
    end
end

complete --command scalingo --no-files --keep-order --arguments '(__scalingo_complete)'
