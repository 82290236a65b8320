# Completion of scalingo in fish. Generated from its commands by `make manual`.
# Only the names and ids of the platform are asked for, from `scalingo __complete`.

# Fills in what may follow the command $argv: its `commands`, each as NAME|HELP, and the `default`
# of them; its `options`, each as SPELLINGS|HELP|KIND|WORDS|LISTING|SUFFIX, a flag as SPELLINGS|HELP;
# its `arguments`, each as KIND|WORDS|LISTING|SUFFIX, of which the last repeats if `repeated` is set.
# No option follows the first argument if `options_end` is set.
function __scalingo_at --no-scope-shadowing
    set commands
    set default
    set options
    set arguments
    set repeated
    set options_end
    switch "$argv"
@COMMANDS@
        case '*'
            return 1
    end
@GLOBALS@
end

# Begins a command line: at the start, and after `scalingo each` and `scalingo help`.
function __scalingo_begin --no-scope-shadowing
    set command
    set ended
    set place 1
    __scalingo_at
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
    __scalingo_begin
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
        else if contains -- "$arguments[$place]" command line
            test "$arguments[$place]" = line; or set name_only 1
            __scalingo_begin
            if test "$word" != scalingo
                set command $word
                __scalingo_at $command; or return 1
            end
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
    if set --query name_only[1]
        set default
        set options
        set arguments
        set repeated
    end
    if test -z "$values"; and contains -- "$arguments[$place]" command line
        if test -n "$ended"; or not string match --quiet -- '-*' $current
            __scalingo_begin
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
    set --local name_only
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
