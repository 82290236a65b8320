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
            set --append commands 'accounts|List the accounts that signed in here, and choose the one in use'
            set --append commands 'addons|List, add, upgrade and remove addons, and look through their catalogue'
            set --append commands 'api|Send any request to the API and print its answer as received'
            set --append commands 'apps|List, create, rename, transfer and delete apps'
            set --append commands 'collaborators|List, invite and remove those who work on an app'
            set --append commands 'completion|Print the completion script of a shell'
            set --append commands 'deploy|Deploy from an archive, without git'
            set --append commands 'deployments|List, show and follow deployments'
            set --append commands 'doctor|Check the sign-in, the way to the platform and the set-up of this machine'
            set --append commands 'domains|List, add, update and remove domain names and their certificates'
            set --append commands 'env|Read and change the variables of an app'
            set --append commands 'events|Tell what happened to an app'
            set --append commands 'keys|List, show, add and remove the SSH keys that may push code'
            set --append commands 'login|Sign in and keep the token in the keyring'
            set --append commands 'logout|Forget the token'
            set --append commands 'logs|Show what an app logs, or follow it'
            set --append commands 'operations|Show an operation, or wait for its end'
            set --append commands 'ps|Show the formation and the running containers'
            set --append commands 'regions|List the regions of the regional platform'
            set --append commands 'restart|Restart containers'
            set --append commands 'run|Run a command in a one-off container, and attach to it'
            set --append commands 'sandbox|Run a local simulator of the Scalingo API'
            set --append commands 'scale|Show or change how many containers run, and their size'
            set --append commands 'stats|Show what each running container uses'
            set --append commands 'tokens|List, create, renew and revoke the API tokens of your account'
            set --append commands 'update|Show how to upgrade this client'
            set --append commands 'version|Print the version of this client'
            set --append commands 'whoami|Tell who is signed in, where, and by which token'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '-r --remote|Git remote that names the app (default: scalingo)|text'
            set --append options '-v --version|Show the version and exit'
        case 'accounts'
            set --append commands 'list|List the accounts; the one in use comes first'
            set --append commands 'use|Use an account from now on, NAME or NAME@HOST; --account does so for one command'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'accounts list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'accounts use'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||accounts list|'
        case 'addons'
            set --append commands 'add|Give an app an addon of a PROVIDER\'s PLAN, both by name or id'
            set --append commands 'categories|List the kinds of addons; needs no account'
            set --append commands 'list|List the addons of an app'
            set --append commands 'plans|List the plans of a PROVIDER, by name or id; needs no account'
            set --append commands 'providers|List who offers addons; needs no account, but may tell more with one'
            set --append commands 'remove|Remove an ADDON with all its data'
            set --append commands 'upgrade|Move an ADDON to another PLAN of its provider'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'addons add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||addons providers|' 'text'
        case 'addons categories'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'addons list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'addons plans'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||addons providers|'
        case 'addons providers'
            set --append options '--category|Only those of one category|words||addons categories|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'addons remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|The same again, instead of a question|words||addons list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||addons list|'
        case 'addons upgrade'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||addons list|' 'text'
        case 'api'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-F --field|A field whose value is JSON where it can be, text otherwise; @FILE: the file\'s text|text'
            set --append options '-H --header|Send this header too|text'
            set --append options '-h --help|Show this message and exit'
            set --append options '-i --include|Print the status line and the headers first'
            set --append options '--input|Send this file as the body|file'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--paginate|Print every page of a collection as one document'
            set --append options '-f --raw-field|A field that is text|text'
            set arguments 'words|GET HEAD POST PUT PATCH DELETE||' 'text'
        case 'apps'
            set --append commands 'create|Create an app'
            set --append commands 'delete|Delete an app with all that it holds'
            set --append commands 'list|List the apps that you own or work on'
            set --append commands 'rename|Give an app a different name; its address changes with it'
            set --append commands 'show|Show one app, by default the one of this checkout'
            set --append commands 'transfer|Give an app to another owner, one of its collaborators'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'apps create'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'text'
        case 'apps delete'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|The app\'s name again, instead of a question|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||apps list|'
        case 'apps list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'apps rename'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|The app\'s name again, instead of a question|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||apps list|' 'text'
        case 'apps show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||apps list|'
        case 'apps transfer'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--confirm|The app\'s name again, instead of a question|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||apps list|' 'text'
        case 'collaborators'
            set --append commands 'add|Invite someone to work on an app'
            set --append commands 'list|List who works on an app besides its owner, and who is invited to'
            set --append commands 'remove|Remove a collaborator, or take an invitation back'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'collaborators add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--limited|Let them do less than you may; the regional platform can'
            set arguments 'text'
        case 'collaborators list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'collaborators remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--yes|Go on without asking'
            set arguments 'words||collaborators list|'
        case 'completion'
            set --append options '-h --help|Show this message and exit'
            set arguments 'words|bash fish zsh||'
        case 'deploy'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-f --follow|Follow it to its end: exit 0 when it succeeds'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--ref|What to call it: a commit, a version|text'
            set arguments 'file'
        case 'deployments'
            set --append commands 'follow|Follow a deployment to its end: exit 0 when it succeeds, else 1'
            set --append commands 'list|List the deployments of an app, newest first'
            set --append commands 'output|Print what a deployment printed, as it is'
            set --append commands 'show|Show a deployment'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'deployments follow'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--timeout|Stop waiting then (after an hour otherwise), with exit code 124; it goes on|text'
            set arguments 'words|latest|deployments list|'
        case 'deployments list'
            set --append options '--all|Every page'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--limit|The newest N, over as many pages as it takes|text'
            set --append options '--page|Page N alone|text'
            set --append options '--per-page|N on each page|text'
        case 'deployments output'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set arguments 'words|latest|deployments list|'
        case 'deployments show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words|latest|deployments list|'
        case 'doctor'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'domains'
            set --append commands 'add|Add a domain name, with or without a certificate'
            set --append commands 'list|List the domain names of an app, with their expiry'
            set --append commands 'remove|Remove a domain name with its certificate'
            set --append commands 'show|Show one domain name with its certificate'
            set --append commands 'update|Give a domain name another certificate'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'domains add'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--cert|The certificate in PEM, first in its chain|file'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--key|Its private key in PEM|file'
            set arguments 'text'
        case 'domains list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'domains remove'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--yes|Go on without asking'
            set arguments 'words||domains list|'
        case 'domains show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||domains list|'
        case 'domains update'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--cert|The certificate in PEM, first in its chain|file'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--key|Its private key in PEM|file'
            set arguments 'words||domains list|'
        case 'env'
            set --append commands 'diff|Show what `env import` would do with a dotenv file, or with standard input (-)'
            set --append commands 'edit|Edit the variables as a dotenv file in your editor: VISUAL, EDITOR or vi'
            set --append commands 'export|Print the variables as a file that `env import` or a shell reads back unchanged'
            set --append commands 'get|Print the bare value of one variable, and a line break'
            set --append commands 'import|Set the variables of a dotenv file, or of standard input (-), in one request'
            set --append commands 'list|List the variables with their values'
            set --append commands 'run|Run a local command with the app\'s variables in its environment'
            set --append commands 'set|Set variables, all in one request'
            set --append commands 'unset|Remove variables; none, if a name does not exist'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'env diff'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--exit-code|Exit with code 10 if there is any difference'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'file'
        case 'env edit'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--yes|Do not ask before sending'
        case 'env export'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--format|What the file is for|words|dotenv shell json||'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'env get'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||env list|'
        case 'env import'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--prune|Also remove the variables that the file lacks'
            set --append options '--yes|Do not ask before removing'
            set arguments 'file'
        case 'env list'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--names|Only the names, without the values'
        case 'env run'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set arguments 'program'
            set repeated 1
            set options_end 1
        case 'env set'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||env list|='
            set repeated 1
        case 'env unset'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--ignore-missing|Skip names that do not exist'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||env list|'
            set repeated 1
        case 'events'
            set --append commands 'list|List the events of an app, newest first'
            set --append commands 'show|Show one event'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'events list'
            set --append options '--all|Every page'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-f --follow|Go on with new events as they come'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--limit|The newest N, over as many pages as it takes|text'
            set --append options '--page|Page N alone|text'
            set --append options '--per-page|N on each page|text'
            set --append options '--type|Only this type; may be repeated|words|accept_collaborator accept_project_transfer_invitation accept_project_transfer_invitation_error add_credit add_payment_method add_voucher addon_updated alert authorize_github cancel_project_transfer_invitation change_collaborator_role complete_database_maintenance crash create_data_access_consent create_review_app database/add_feature database/remove_feature database_backup_failed database_backup_succeeded database_continuousbackup_delayed database_continuousbackup_healthy database_continuousbackup_stale decline_project_transfer_invitation delete_addon delete_addon_log_drain delete_alert delete_app delete_autoscaler delete_collaborator delete_domain delete_integration delete_key delete_log_drain delete_notifier delete_project delete_token delete_variable deployment destroy_review_app edit_app edit_autoscaler edit_collaborator edit_domain edit_hds_contact edit_key edit_notifier edit_project edit_variable edit_variables link_github link_scm login_failure login_lock login_success login_unlock_success new_addon new_addon_log_drain new_alert new_app new_autoscaler new_collaborator new_domain new_event new_integration new_key new_log_drain new_notifier new_project new_project_transfer_invitation new_token new_user new_variable password_reset_query password_reset_success payment_attempt plan_database_maintenance regenerate_token rename_app repeated_crash restart resume_addon revoke_github run scale stack_changed start_database_maintenance start_region_migration stop_app suspend_addon tfa_disabled tfa_enabled transfer_app unlink_github unlink_scm update_app_project update_scm upgrade_addon upgrade_database||'
        case 'events show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||events list|'
        case 'keys'
            set --append commands 'add|Let the owner of a public key push code in your name'
            set --append commands 'list|List the keys of your account'
            set --append commands 'remove|Remove a key: whoever holds its private half can push no more'
            set --append commands 'show|Show one key'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'keys add'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'text' 'file'
        case 'keys list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'keys remove'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--yes|Go on without asking'
            set arguments 'words||keys list|'
        case 'keys show'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||keys list|'
        case 'login'
            set --append options '--email|Sign in with this e-mail or user name|text'
            set --append options '-h --help|Show this message and exit'
            set --append options '--insecure-storage|Keep the token in a file that only you can read, where there is no keyring'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--otp|The one-time code of two-factor authentication|text'
            set --append options '--password-stdin|Read the password from standard input'
            set --append options '--with-token|Read an API token from standard input instead'
        case 'logout'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--keep-remote|Leave the token valid on the platform'
        case 'logs'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--filter|Only a container (web-1), a type (web) or several (\'web/worker\')|words||scale|'
            set --append options '-f --follow|Go on with new lines as they come'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '-n --lines|The last N lines; otherwise as many as the platform gives|text'
        case 'operations'
            set --append commands 'show|Show an operation: scale, restart and the like'
            set --append commands 'wait|Wait for an operation\'s end: exit 0 when it is done, 1 when it ends in error'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'operations show'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'text'
        case 'operations wait'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--timeout|Stop waiting then (after an hour otherwise), with exit code 124; it goes on|text'
            set arguments 'text'
        case 'ps'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'regions'
            set --append commands 'list|List the regions, as the regional platform tells them'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'regions list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'restart'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--timeout|Stop waiting then (after an hour otherwise), with exit code 124; it goes on|text'
            set --append options '--wait|Wait for the operation\'s end'
            set arguments 'words||scale|'
            set repeated 1
        case 'run'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-e --env|Set a variable for this run; without =VALUE to what it is here|text'
            set --append options '-f --file|Send a file to /tmp/uploads first|file'
            set --append options '-h --help|Show this message and exit'
            set --append options '-s --size|S, M, L, XL, 2XL or 3XL (default: M)|words|S M L XL 2XL 3XL||'
            set --append options '--tty|Give the container a terminal, or none; otherwise it has one if stdin and stdout are'
            set --append options '--no-tty|Give the container a terminal, or none; otherwise it has one if stdin and stdout are'
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
            set --append options '--operation-seconds|Seconds that a scale or a restart takes (default: 1)|text'
            set --append options '--port|First port; each host of the platform has one (default: any that are free)|text'
            set --append options '--profile|How slow the platform is and how often it fails: slow, flaky, or a JSON file with `latency` ([least, most] seconds) and `errors` ({fault: share})|file'
            set --append options '--strict|Refuse the unknown fields and parameters that the API ignores'
            set arguments 'program'
            set repeated 1
            set options_end 1
        case 'scale'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--timeout|Stop waiting then (after an hour otherwise), with exit code 124; it goes on|text'
            set --append options '--wait|Wait for the operation\'s end'
            set arguments 'words||scale|:'
            set repeated 1
        case 'stats'
            set --append options '-a --app|App name (default: $SCALINGO_APP, then the git remote `scalingo`)|words||apps list|'
            set --append options '-h --help|Show this message and exit'
            set --append options '--interval|With --watch, how long to wait in between: 3 unless given, 2 at least|text'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--watch|Show it again and again, until Ctrl-C'
        case 'tokens'
            set --append commands 'create|Make a token and print its value, which is told only now'
            set --append commands 'list|List the tokens; their values are told only once, when they are made'
            set --append commands 'renew|Give a token a new value and print it; the old one is good no more'
            set --append commands 'revoke|Revoke a token: whatever signs in with it can no longer'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set default list
        case 'tokens create'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'text'
        case 'tokens list'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'tokens renew'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set arguments 'words||tokens list|'
        case 'tokens revoke'
            set --append options '--curl|Print them as curl command lines (implies --dry-run)'
            set --append options '--dry-run|Print the requests that would be sent, and send none'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
            set --append options '--yes|Go on without asking'
            set arguments 'words||tokens list|'
        case 'update'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'version'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case 'whoami'
            set --append options '-h --help|Show this message and exit'
            set --append options '--json|Print the API\'s JSON; errors become JSON on stderr'
        case '*'
            return 1
    end
    set --append options '--account|One of the accounts that signed in here, instead of the one in use|words||accounts list|'
    set --append options '--debug|Log requests and responses to stderr, with secrets masked'
    set --append options '--debug-body|Log their bodies as well'
    set --append options '--no-pager|Write long lists straight to the terminal'
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
