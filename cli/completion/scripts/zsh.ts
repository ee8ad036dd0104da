/** For zsh, loaded by `source` or as a file `_bitflow` of `$fpath`. `_describe` quotes what it inserts. */
export const ZSH = String.raw`#compdef bitflow
# Completion of bitflow for zsh. Load it in ~/.zshrc, after compinit:
#   source <(bitflow completion zsh)
_bitflow() {
  local value about
  local -a found typed
  typed=("${'${(@Q)words[2,CURRENT]}'}")
  while IFS=$'\t' read -r value about; do
    case $value in
      :files) _files ;;
      :directories) _files -/ ;;
      *) found+=("${'${value//:/\\\\:}'}${'${about:+:$about}'}") ;;
    esac
  done < <(command bitflow __complete -- "${'${typed[@]}'}" 2>/dev/null </dev/null)
  (( $#found )) && _describe -V bitflow found
}
if [[ $funcstack[1] = _bitflow ]]; then _bitflow "$@"; else compdef _bitflow bitflow; fi
`;
