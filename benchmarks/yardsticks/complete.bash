# What bash does at `scalingo ev` TAB, from its start; $1 is the completion script.
source "$1"
COMP_LINE='scalingo ev' COMP_POINT=11 COMP_CWORD=1 COMP_WORDS=(scalingo ev)
_scalingo
echo "${COMPREPLY[@]}"
