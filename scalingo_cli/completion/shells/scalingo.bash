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
@COMMANDS@
        *) return 1 ;;
    esac
@GLOBALS@
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
