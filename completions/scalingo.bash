# Completion of scalingo in bash 4.4 or later. Generated from its commands by `make manual`.
# Only the names and ids of the platform are asked for, from `scalingo __complete`.

((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || return 0

# Fills in what may follow the command $1: its `commands`, and the `default` of them; its `options`, each as
# SPELLINGS|KIND|WORDS|LISTING|SUFFIX, a flag as SPELLINGS; its `arguments`, each as
# KIND|WORDS|LISTING|SUFFIX, of which the last repeats if `repeated` is set. No option follows
# the first argument if `options_end` is set.
_scalingo_at() {
    commands=() default='' options=() arguments=() repeated='' options_end=''
    case $1 in
        '')
            commands=(accounts addons alerts api apps autoscalers backups collaborators completion config containers cron-tasks databases deploy deployments doctor domains each env events git help integrations keys link log-drains login logout logs logs-archives notifiers operations private-network projects ps regions restart review-apps run sandbox scale stacks stats tokens update version whoami)
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '-r --remote|text'
                '-v --version'
            )
            ;;
        'accounts')
            commands=(list use)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'accounts list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'accounts use')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||accounts list|')
            ;;
        'addons')
            commands=(add categories list plans providers remove show upgrade)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'addons add')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||addons providers|' 'text')
            ;;
        'addons categories')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'addons list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'addons plans')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||addons providers|')
            ;;
        'addons providers')
            options=(
                '--category|words||addons categories|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'addons remove')
            options=(
                '-a --app|words||apps list|'
                '--confirm|words||addons list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||addons list|')
            ;;
        'addons show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||addons list|')
            ;;
        'addons upgrade')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||addons list|' 'text')
            ;;
        'alerts')
            commands=(add disable enable list remove show update)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'alerts add')
            options=(
                '-a --app|words||apps list|'
                '--below'
                '--above'
                '--curl'
                '--dry-run'
                '--for|text'
                '-h --help'
                '--json'
                '--limit|text'
                '--metric|text'
                '--notify|words||notifiers list|'
                '--query|text'
                '--raw'
                '--remind-every|text'
            )
            arguments=('words||scale|')
            ;;
        'alerts disable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||alerts list|')
            ;;
        'alerts enable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||alerts list|')
            ;;
        'alerts list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'alerts remove')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||alerts list|')
            ;;
        'alerts show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||alerts list|')
            ;;
        'alerts update')
            options=(
                '-a --app|words||apps list|'
                '--below'
                '--above'
                '--curl'
                '--disable'
                '--enable'
                '--dry-run'
                '--for|text'
                '-h --help'
                '--json'
                '--limit|text'
                '--metric|text'
                '--notify|words||notifiers list|'
                '--query|text'
                '--raw'
                '--remind-every|text'
                '--type|words||scale|'
            )
            arguments=('words||alerts list|')
            ;;
        'api')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-F --field|text'
                '-H --header|text'
                '-h --help'
                '-i --include'
                '--input|file'
                '--json'
                '--paginate'
                '--query|text'
                '--raw'
                '-f --raw-field|text'
            )
            arguments=('words|GET HEAD POST PUT PATCH DELETE||' 'text')
            ;;
        'apps')
            commands=(create dashboard delete list open rename show transfer update)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'apps create')
            options=(
                '--buildpack|text'
                '--curl'
                '--dry-run'
                '--hds'
                '-h --help'
                '--json'
                '--project|words||projects list|'
                '--query|text'
                '--raw'
                '--remote|text'
            )
            arguments=('text')
            ;;
        'apps dashboard')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|')
            ;;
        'apps delete')
            options=(
                '-a --app|words||apps list|'
                '--confirm|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|')
            ;;
        'apps list')
            options=(
                '--all-accounts'
                '--all-regions'
                '-h --help'
                '--json'
                '--project|words||projects list|'
                '--query|text'
                '--raw'
            )
            ;;
        'apps open')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|')
            ;;
        'apps rename')
            options=(
                '-a --app|words||apps list|'
                '--confirm|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|' 'text')
            ;;
        'apps show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|')
            ;;
        'apps transfer')
            options=(
                '-a --app|words||apps list|'
                '--confirm|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||apps list|' 'text')
            ;;
        'apps update')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '--force-https'
                '--no-force-https'
                '-h --help'
                '--json'
                '--project|words||projects list|'
                '--query|text'
                '--raw'
                '--router-logs'
                '--no-router-logs'
                '--stack|words||stacks list|'
                '--sticky-session'
                '--no-sticky-session'
            )
            arguments=('words||apps list|')
            ;;
        'autoscalers')
            commands=(add disable enable list remove show update)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'autoscalers add')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--max|text'
                '--metric|text'
                '--min|text'
                '--query|text'
                '--raw'
                '--target|text'
            )
            arguments=('words||scale|')
            ;;
        'autoscalers disable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||autoscalers list|')
            ;;
        'autoscalers enable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||autoscalers list|')
            ;;
        'autoscalers list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'autoscalers remove')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||autoscalers list|')
            ;;
        'autoscalers show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||autoscalers list|')
            ;;
        'autoscalers update')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--disable'
                '--enable'
                '--dry-run'
                '-h --help'
                '--json'
                '--max|text'
                '--metric|text'
                '--min|text'
                '--query|text'
                '--raw'
                '--target|text'
            )
            arguments=('words||autoscalers list|')
            ;;
        'backups')
            commands=(create download list restore schedule show)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'backups create')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            ;;
        'backups download')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '--force'
                '-h --help'
                '--json'
                '-o --output|file'
                '--query|text'
                '--raw'
            )
            arguments=('words|latest|backups list|')
            ;;
        'backups list')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'backups restore')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--confirm|text'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('words|latest|backups list|')
            ;;
        'backups schedule')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--at|text'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--off'
                '--query|text'
                '--raw'
                '--yes'
            )
            ;;
        'backups show')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words|latest|backups list|')
            ;;
        'collaborators')
            commands=(add list remove update)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'collaborators add')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--limited'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'collaborators list')
            options=(
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'collaborators remove')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||collaborators list|')
            ;;
        'collaborators update')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--limited'
                '--no-limited'
                '--query|text'
                '--raw'
            )
            arguments=('words||collaborators list|')
            ;;
        'completion')
            options=(
                '-h --help'
            )
            arguments=('words|bash fish zsh||')
            ;;
        'config')
            commands=(set-region show)
            default=show
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'config set-region')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words|osc-fr1 osc-secnum-fr1||')
            ;;
        'config show')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'containers')
            commands=(list signal sizes stop)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'containers list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'containers signal')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words|SIGUSR1 SIGUSR2||' 'words||containers list|')
            repeated=1
            ;;
        'containers sizes')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'containers stop')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('words||containers list|')
            ;;
        'cron-tasks')
            commands=(list)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'cron-tasks list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases')
            commands=(change-plan console create delete endpoints features firewall list maintenance network peerings pitr plans show tunnel upgrade-version users)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases change-plan')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('text')
            repeated=1
            ;;
        'databases console')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--kind|words|postgresql mysql mongodb redis influxdb||'
                '--local'
                '-s --size|words|S M L XL 2XL 3XL||'
                '--variable|words||env list|'
            )
            arguments=('text')
            repeated=1
            options_end=1
            ;;
        'databases create')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--ip-range|text'
                '--json'
                '--plan|text'
                '--project|text'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--type|text'
                '--wait'
            )
            arguments=('text')
            ;;
        'databases delete')
            options=(
                '--addon|words||addons list|'
                '--confirm|text'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases list|')
            ;;
        'databases endpoints')
            options=(
                '--addon|words||addons list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases list|')
            ;;
        'databases features')
            commands=(disable enable list)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases features disable')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
                '--yes'
            )
            arguments=('words|force-ssl publicly-available redis-aof redis-rdb redis-cache||')
            ;;
        'databases features enable')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
                '--yes'
            )
            arguments=('words|force-ssl publicly-available redis-aof redis-rdb redis-cache||')
            ;;
        'databases features list')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases firewall')
            commands=(add list ranges remove update)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases firewall add')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--label|text'
                '--query|text'
                '--range|text'
                '--raw'
                '--yes'
            )
            arguments=('text')
            ;;
        'databases firewall list')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases firewall ranges')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases firewall remove')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('text')
            ;;
        'databases firewall update')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--label|text'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'databases list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--status'
            )
            ;;
        'databases maintenance')
            commands=(list show window)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases maintenance list')
            options=(
                '--addon|words||addons list|'
                '--all'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--limit|text'
                '--page|text'
                '--per-page|text'
                '--query|text'
                '--raw'
            )
            ;;
        'databases maintenance show')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases maintenance list|')
            ;;
        'databases maintenance window')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--day|words|sunday monday tuesday wednesday thursday friday saturday||'
                '--dry-run'
                '-h --help'
                '--hour|text'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases network')
            options=(
                '--addon|words||addons list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases list|')
            ;;
        'databases peerings')
            commands=(add list remove)
            default=list
            options=(
                '--addon|words||addons list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases peerings add')
            options=(
                '--addon|words||addons list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'databases peerings list')
            options=(
                '--addon|words||addons list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases peerings remove')
            options=(
                '--addon|words||addons list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('text')
            ;;
        'databases pitr')
            commands=(restore window)
            default=window
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases pitr restore')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--confirm|text'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('text')
            ;;
        'databases pitr window')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases plans')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'databases show')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases list|')
            ;;
        'databases tunnel')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--bind|text'
                '--database|words||databases list|'
                '-h --help'
                '--identity|file'
                '--json'
                '--port|text'
                '--query|text'
                '--raw'
                '--variable|words||env list|'
            )
            arguments=('program')
            repeated=1
            options_end=1
            ;;
        'databases upgrade-version')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
                '--yes'
            )
            ;;
        'databases users')
            commands=(create delete list password)
            default=list
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
            )
            ;;
        'databases users create')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--password-stdin'
                '--query|text'
                '--raw'
                '--read-only'
            )
            arguments=('text')
            ;;
        'databases users delete')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||databases users list|')
            ;;
        'databases users list')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'databases users password')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--password-stdin'
                '--query|text'
                '--raw'
            )
            arguments=('words||databases users list|')
            ;;
        'deploy')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-f --follow'
                '--no-follow'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--ref|text'
                '--timeout|text'
                '--war'
            )
            arguments=('file' 'text')
            ;;
        'deployments')
            commands=(clear-cache follow list output show)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'deployments clear-cache')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'deployments follow')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--next'
                '--query|text'
                '--raw'
                '--timeout|text'
            )
            arguments=('words|latest|deployments list|')
            ;;
        'deployments list')
            options=(
                '--all'
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--limit|text'
                '--page|text'
                '--per-page|text'
                '--query|text'
                '--raw'
            )
            ;;
        'deployments output')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
            )
            arguments=('words|latest|deployments list|')
            ;;
        'deployments show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words|latest|deployments list|')
            ;;
        'doctor')
            commands=(check scripts)
            default=check
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'doctor check')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'doctor scripts')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('file')
            ;;
        'domains')
            commands=(add list remove show update)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'domains add')
            options=(
                '-a --app|words||apps list|'
                '--cert|file'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--key|file'
                '--letsencrypt'
                '--no-letsencrypt'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'domains list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'domains remove')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||domains list|')
            ;;
        'domains show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||domains list|')
            ;;
        'domains update')
            options=(
                '-a --app|words||apps list|'
                '--canonical'
                '--no-canonical'
                '--cert|file'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--key|file'
                '--letsencrypt'
                '--no-letsencrypt'
                '--no-cert'
                '--query|text'
                '--raw'
            )
            arguments=('words||domains list|')
            ;;
        'each')
            options=(
                '--all-accounts'
                '--all-regions'
                '--confirm|text'
                '--curl'
                '--dry-run'
                '--except|words||apps list|'
                '--fail-fast'
                '--forget'
                '-h --help'
                '-j --jobs|text'
                '--json'
                '--match|words||apps list|'
                '--project|words||projects list|'
                '--query|text'
                '--raw'
                '--resume'
                '--status|words|new running stopped crashed booting restarting scaling||'
                '--unfinished|words|again skip||'
                '--yes'
            )
            arguments=('line')
            repeated=1
            options_end=1
            ;;
        'env')
            commands=(check copy diff edit export get import list run set unset)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'env check')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('file')
            ;;
        'env copy')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '--except|text'
                '--from-account|words||accounts list|'
                '--from-region|words|osc-fr1 osc-secnum-fr1||'
                '-h --help'
                '--json'
                '--only|text'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||apps list|')
            ;;
        'env diff')
            options=(
                '-a --app|words||apps list|'
                '--exit-code'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--show-values'
                '--with|words||apps list|'
                '--with-account|words||accounts list|'
                '--with-region|words|osc-fr1 osc-secnum-fr1||'
            )
            arguments=('file')
            ;;
        'env edit')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            ;;
        'env export')
            options=(
                '-a --app|words||apps list|'
                '--format|words|dotenv shell json||'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'env get')
            options=(
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--resolve'
            )
            arguments=('words||env list|')
            ;;
        'env import')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--prune'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('file' 'text')
            repeated=1
            ;;
        'env list')
            options=(
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--names'
                '--query|text'
                '--raw'
            )
            ;;
        'env run')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
            )
            arguments=('program')
            repeated=1
            options_end=1
            ;;
        'env set')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||env list|=')
            repeated=1
            ;;
        'env unset')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--ignore-missing'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||env list|')
            repeated=1
            ;;
        'events')
            commands=(list show)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'events list')
            options=(
                '--all'
                '--all-apps'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-f --follow'
                '-h --help'
                '--json'
                '--limit|text'
                '--page|text'
                '--per-page|text'
                '--query|text'
                '--raw'
                '--type|words|accept_collaborator accept_project_transfer_invitation accept_project_transfer_invitation_error add_credit add_payment_method add_voucher addon_updated alert authorize_github cancel_project_transfer_invitation change_collaborator_role complete_database_maintenance crash create_data_access_consent create_review_app database/add_feature database/remove_feature database_backup_failed database_backup_succeeded database_continuousbackup_delayed database_continuousbackup_healthy database_continuousbackup_stale decline_project_transfer_invitation delete_addon delete_addon_log_drain delete_alert delete_app delete_autoscaler delete_collaborator delete_domain delete_integration delete_key delete_log_drain delete_notifier delete_project delete_token delete_variable deployment destroy_review_app edit_app edit_autoscaler edit_collaborator edit_domain edit_hds_contact edit_key edit_notifier edit_project edit_variable edit_variables link_github link_scm login_failure login_lock login_success login_unlock_success new_addon new_addon_log_drain new_alert new_app new_autoscaler new_collaborator new_domain new_event new_integration new_key new_log_drain new_notifier new_project new_project_transfer_invitation new_token new_user new_variable password_reset_query password_reset_success payment_attempt plan_database_maintenance regenerate_token rename_app repeated_crash restart resume_addon revoke_github run scale stack_changed start_database_maintenance start_region_migration stop_app suspend_addon tfa_disabled tfa_enabled transfer_app unlink_github unlink_scm update_app_project update_scm upgrade_addon upgrade_database||'
            )
            ;;
        'events show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words|latest|events list|')
            ;;
        'git')
            commands=(setup show)
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'git setup')
            options=(
                '-a --app|words||apps list|'
                '--force'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--remote|text'
            )
            ;;
        'git show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'help')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('command')
            repeated=1
            ;;
        'integrations')
            commands=(add branches import-keys list pulls remove repos show)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'integrations add')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--token-stdin'
                '--url|text'
            )
            arguments=('words|github gitlab github-enterprise gitlab-self-hosted||')
            ;;
        'integrations branches')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||integrations list|' 'text')
            ;;
        'integrations import-keys')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||integrations list|')
            ;;
        'integrations list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'integrations pulls')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||integrations list|' 'text')
            ;;
        'integrations remove')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||integrations list|')
            ;;
        'integrations repos')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||integrations list|' 'text')
            ;;
        'integrations show')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||integrations list|')
            ;;
        'keys')
            commands=(add list remove show)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'keys add')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text' 'file')
            ;;
        'keys list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'keys remove')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||keys list|')
            ;;
        'keys show')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||keys list|')
            ;;
        'link')
            commands=(create delete deploy show update)
            default=show
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'link create')
            options=(
                '--allow-review-apps-from-forks'
                '--no-allow-review-apps-from-forks'
                '-a --app|words||apps list|'
                '--auto-deploy'
                '--no-auto-deploy'
                '--aware-of-security-risks'
                '--branch|text'
                '--curl'
                '--deploy-review-apps'
                '--no-deploy-review-apps'
                '--destroy-on-close'
                '--no-destroy-on-close'
                '--destroy-on-stale'
                '--no-destroy-on-stale'
                '--dry-run'
                '-h --help'
                '--hours-before-destroy-on-close|text'
                '--hours-before-destroy-on-stale|text'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'link delete')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            ;;
        'link deploy')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-f --follow'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'link show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'link update')
            options=(
                '--allow-review-apps-from-forks'
                '--no-allow-review-apps-from-forks'
                '-a --app|words||apps list|'
                '--auto-deploy'
                '--no-auto-deploy'
                '--aware-of-security-risks'
                '--branch|text'
                '--curl'
                '--deploy-review-apps'
                '--no-deploy-review-apps'
                '--destroy-on-close'
                '--no-destroy-on-close'
                '--destroy-on-stale'
                '--no-destroy-on-stale'
                '--dry-run'
                '-h --help'
                '--hours-before-destroy-on-close|text'
                '--hours-before-destroy-on-stale|text'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'log-drains')
            commands=(add list remove)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'log-drains add')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--drain-region|text'
                '--dry-run'
                '-h --help'
                '--host|text'
                '--json'
                '--port|text'
                '--query|text'
                '--raw'
                '--token-stdin'
                '--url-stdin'
                '--with-addons'
            )
            arguments=('words|appsignal betterstack datadog elk logtail ovh-graylog papertrail syslog||')
            ;;
        'log-drains list')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--with-addons'
            )
            ;;
        'log-drains remove')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--curl'
                '--database|words||databases list|'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--with-addons'
                '--yes'
            )
            arguments=('words||log-drains list|')
            ;;
        'login')
            options=(
                '--email|text'
                '-h --help'
                '--insecure-storage'
                '--json'
                '--otp|text'
                '--password-stdin'
                '--query|text'
                '--raw'
                '--with-token'
            )
            ;;
        'logout')
            options=(
                '-h --help'
                '--json'
                '--keep-remote'
                '--query|text'
                '--raw'
            )
            ;;
        'logs')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--around|words|latest|events list|'
                '--database|words||databases list|'
                '--filter|words||scale|'
                '-f --follow'
                '--grep|text'
                '-h --help'
                '--json'
                '-n --lines|text'
                '--query|text'
                '--raw'
                '--since|text'
                '--until|text'
            )
            ;;
        'logs-archives')
            commands=(download list)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'logs-archives download')
            options=(
                '--addon|words||addons list|'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '--force'
                '-h --help'
                '-o --output|text'
            )
            arguments=('words|latest|logs-archives list|')
            repeated=1
            ;;
        'logs-archives list')
            options=(
                '--addon|words||addons list|'
                '--all'
                '-a --app|words||apps list|'
                '--database|words||databases list|'
                '-h --help'
                '--json'
                '--page|text'
                '--query|text'
                '--raw'
            )
            ;;
        'notifiers')
            commands=(add disable enable events list platforms remove show test update)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'notifiers add')
            options=(
                '--all-alerts'
                '--no-all-alerts'
                '--all-events'
                '--no-all-events'
                '-a --app|words||apps list|'
                '--curl'
                '--disable'
                '--enable'
                '--dry-run'
                '--event|words||notifiers events|'
                '-h --help'
                '--json'
                '--name|text'
                '--phone|text'
                '--query|text'
                '--raw'
                '--to|text'
                '--webhook-url-stdin'
            )
            arguments=('words||notifiers platforms|')
            ;;
        'notifiers disable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||notifiers list|')
            ;;
        'notifiers enable')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||notifiers list|')
            ;;
        'notifiers events')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'notifiers list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'notifiers platforms')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'notifiers remove')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||notifiers list|')
            ;;
        'notifiers show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||notifiers list|')
            ;;
        'notifiers test')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||notifiers list|')
            ;;
        'notifiers update')
            options=(
                '--all-alerts'
                '--no-all-alerts'
                '--all-events'
                '--no-all-events'
                '-a --app|words||apps list|'
                '--curl'
                '--disable'
                '--enable'
                '--dry-run'
                '--event|words||notifiers events|'
                '-h --help'
                '--json'
                '--name|text'
                '--phone|text'
                '--query|text'
                '--raw'
                '--to|text'
                '--webhook-url-stdin'
            )
            arguments=('words||notifiers list|')
            ;;
        'operations')
            commands=(show wait)
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'operations show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'operations wait')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
            )
            arguments=('text')
            ;;
        'private-network')
            commands=(domains)
            default=domains
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'private-network domains')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--page|text'
                '--per-page|text'
                '--query|text'
                '--raw'
            )
            ;;
        'projects')
            commands=(create delete list show update)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'projects create')
            options=(
                '--curl'
                '--default'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'projects delete')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||projects list|')
            ;;
        'projects list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'projects show')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||projects list|')
            ;;
        'projects update')
            options=(
                '--curl'
                '--default'
                '--dry-run'
                '-h --help'
                '--json'
                '--name|text'
                '--query|text'
                '--raw'
            )
            arguments=('words||projects list|')
            ;;
        'ps')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'regions')
            commands=(list)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'regions list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'restart')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('words||scale|')
            repeated=1
            ;;
        'review-apps')
            commands=(create list show)
            default=list
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
            )
            ;;
        'review-apps create')
            options=(
                '-a --app|words||apps list|'
                '--aware-of-security-risks'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'review-apps list')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'review-apps show')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||review-apps list|')
            ;;
        'run')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '-d --detached'
                '--dry-run'
                '-e --env|text'
                '-f --file|text'
                '-h --help'
                '--silent'
                '-s --size|words|S M L XL 2XL 3XL||'
                '--tty'
                '--no-tty'
                '--type|words||scale|'
            )
            arguments=('text')
            repeated=1
            options_end=1
            ;;
        'sandbox')
            options=(
                '-a --app|words||apps list|'
                '--data|file'
                '--env-file|file'
                '-h --help'
                '--host|text'
                '--legacy'
                '--now|text'
                '--operation-seconds|text'
                '--port|text'
                '--profile|file'
                '--strict'
            )
            arguments=('program')
            repeated=1
            options_end=1
            ;;
        'scale')
            options=(
                '-a --app|words||apps list|'
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--timeout|text'
                '--wait'
            )
            arguments=('words||scale|:')
            repeated=1
            ;;
        'stacks')
            commands=(list)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'stacks list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--with-deprecated'
            )
            ;;
        'stats')
            options=(
                '-a --app|words||apps list|'
                '-h --help'
                '--interval|text'
                '--json'
                '--metric|words|cpu memory swap rpm 5xx p95||'
                '--query|text'
                '--raw'
                '--since|text'
                '--type|words||scale|'
                '--watch'
            )
            ;;
        'tokens')
            commands=(create list renew revoke)
            default=list
            options=(
                '-h --help'
                '--json'
            )
            ;;
        'tokens create')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('text')
            ;;
        'tokens list')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'tokens renew')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            arguments=('words||tokens list|')
            ;;
        'tokens revoke')
            options=(
                '--curl'
                '--dry-run'
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
                '--yes'
            )
            arguments=('words||tokens list|')
            ;;
        'update')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'version')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        'whoami')
            options=(
                '-h --help'
                '--json'
                '--query|text'
                '--raw'
            )
            ;;
        *) return 1 ;;
    esac
    options+=(
        '--account|words||accounts list|'
        '--debug'
        '--debug-body'
        '--no-ci'
        '--no-pager'
        '--no-retry'
        '--region|words|osc-fr1 osc-secnum-fr1||'
    )
}

# Begins a command line: at the start, and after `scalingo each` and `scalingo help`.
_scalingo_begin() {
    command='' ended='' place=0
    _scalingo_at ''
}

# Offers those of the words from $3 on that begin with $1, each quoted and followed by $2.
_scalingo_offer() {
    local word typed=$1 end=$2
    shift 2
    for word; do
        printf -v word %q "$word"
        [[ $word != "$typed"* ]] || COMPREPLY+=("${word#"$standing"}$end")
    done
}

# Offers values of the kind $1 (KIND|WORDS|LISTING|SUFFIX) that begin with $3, each after $2.
_scalingo_offer_values() {
    local kind fixed listing suffix before=$2 typed=$3 word
    local -a found
    IFS='|' read -r kind fixed listing suffix <<<"$1"
    case $kind in
        file) compopt +o nospace -o default ;;
        words)
            read -ra found <<<"$fixed"
            _scalingo_offer "$before$typed" ' ' "${found[@]/#/$before}"
            [[ $listing ]] || return 0
            while IFS= read -r word; do
                _scalingo_offer "$before$typed" "${suffix:- }" "$before${word%%$'\t'*}"
            done < <(command scalingo __complete "$listing" "$app" 2>/dev/null </dev/null)
            ;;
    esac
}

# Completes a program with its arguments; it is the word $1 as bash counts them.
_scalingo_offer_program() {
    compopt +o nospace
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}" | sort -u)
    else
        compopt -o default
    fi
}

# Reads the option $1: fills in the `values` that may follow it. One that is not its group's own
# belongs to the group's default.
_scalingo_read_option() {
    local option
    values=
    for option in "${options[@]}"; do
        if [[ " ${option%%|*} " == *" $1 "* ]]; then
            [[ $option != *'|'* ]] || values=${option#*|}
            return
        fi
    done
    if [[ $default ]]; then
        command+=" $default"
        _scalingo_at "$command"
        _scalingo_read_option "$1"
    fi
}

_scalingo() {
    local command app='' values='' ended place i
    local line=${COMP_LINE:0:COMP_POINT} rest word current standing='' breaks
    local default repeated options_end name_only=''
    local -a words=() starts=() commands options arguments
    COMPREPLY=()

    # The words as scalingo gets them: bash also breaks them at = and : and the like.
    for ((i = 0; i < COMP_CWORD; i++)); do
        rest=${line#"${line%%[![:space:]]*}"}
        if ((i)) && [[ $rest == "$line" ]]; then
            words[-1]+=${COMP_WORDS[i]}
        else
            words+=("${COMP_WORDS[i]}")
            starts+=("$i")
        fi
        line=${rest#"${COMP_WORDS[i]}"}
    done
    current=${line#"${line%%[![:space:]]*}"}
    if [[ $current == "$line" ]]; then
        current=${words[-1]}$current
        unset 'words[-1]'
    else
        starts+=("$COMP_CWORD")
    fi
    # What readline leaves standing of the current word.
    breaks=${COMP_WORDBREAKS//[!@=:]/}
    [[ ! $breaks ]] || standing=${current%"${current##*[$breaks]}"}

    _scalingo_begin
    for ((i = 1; i < ${#words[@]}; i++)); do
        word=${words[i]}
        if [[ $values ]]; then
            [[ ${words[i - 1]} != @(-a|--app) ]] || app=$word
            values=
        elif [[ ! $ended && $word == -- ]]; then
            ended=1
        elif [[ ! $ended && $word == -?* ]]; then
            case $word in
                --app=*) app=${word#*=} ;;
                -a?*) app=${word#-a} ;;
            esac
            [[ $word == -a?* ]] || _scalingo_read_option "${word%%=*}"
            [[ $word != *=* ]] || values=
        elif [[ ${arguments[place]} == @(command|line) ]]; then
            [[ ${arguments[place]} == line ]] || name_only=1
            _scalingo_begin
            [[ $word == scalingo ]] || ((i--))
        elif ((${#commands[@]})); then
            command+="${command:+ }$word"
            _scalingo_at "$command" || return
        elif [[ ${arguments[place]} == program* ]]; then
            _scalingo_offer_program "${starts[i]}"
            return
        else
            ((++place))
            ended=$options_end
        fi
    done

    [[ ! $name_only ]] || default='' options=() arguments=() repeated=''
    if [[ ! $values && ${arguments[place]} == @(command|line) ]] && [[ $ended || $current != -* ]]; then
        _scalingo_begin
    fi
    if [[ ! $values && ! $ended && $current == --*=* ]]; then
        _scalingo_read_option "${current%%=*}"
        if [[ $values ]]; then
            _scalingo_offer_values "$values" "${current%%=*}=" "${current#*=}"
            return
        fi
    fi
    if [[ $values ]]; then
        _scalingo_offer_values "$values" '' "$current"
    elif [[ ! $ended && $current == -* ]]; then
        words=("${options[@]%%|*}")
        if [[ $default ]]; then
            _scalingo_at "$command $default"
            words+=("${options[@]%%|*}")
        fi
        _scalingo_offer "$current" ' ' "${words[@]##* }"
    elif ((${#commands[@]})); then
        _scalingo_offer "$current" ' ' "${commands[@]}"
    else
        [[ ! $repeated ]] || ((place < ${#arguments[@]})) || place=$((${#arguments[@]} - 1))
        values=${arguments[place]}
        if [[ $values == program* ]]; then
            _scalingo_offer_program "${starts[-1]}"
        elif [[ $values ]]; then
            _scalingo_offer_values "$values" '' "$current"
        fi
    fi
}

complete -o nospace -o nosort -F _scalingo scalingo
