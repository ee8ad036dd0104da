/** For fish from 3.0 on, which quotes what it inserts. */
export const FISH = `# Completion of bitflow for fish. Keep it:
#   bitflow completion fish > ~/.config/fish/completions/bitflow.fish
function __bitflow_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    for line in (command bitflow __complete -- $typed[2..-1] "$current" 2>/dev/null </dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case '*'
                echo -- $line
        end
    end
end
complete -c bitflow -f -k -a '(__bitflow_complete)'
`;
