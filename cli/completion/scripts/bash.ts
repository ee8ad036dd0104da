/**
 * For bash from 3.2 on (macOS). Nothing of what is typed or answered is evaluated: `compgen -W` would, so it is not
 * used. The cursor's word is not quoted where its quote is still open.
 */
export const BASH = String.raw`# Completion of bitflow for bash. Load it in ~/.bashrc:
#   source <(bitflow completion bash)
_bitflow() {
  local value about current=${'${COMP_WORDS[COMP_CWORD]}'}
  COMPREPLY=()
  while IFS=$'\t' read -r value about; do
    case $value in
      :files) type compopt &>/dev/null && compopt -o default ;;
      :directories) type compopt &>/dev/null && compopt -o dirnames ;;
      *)
        [[ $current == [\"\']* ]] || printf -v value %q "$value"
        COMPREPLY+=("$value")
        ;;
    esac
  done < <(command bitflow __complete --line "${'${COMP_LINE:0:COMP_POINT}'}" --breaks "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
}
complete -F _bitflow bitflow
`;
