/** What each shell has to be told, once. All the knowledge is in `qms complete`; the scripts only ask it. */

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof SHELLS)[number]

const BASH = `# qms for bash. Put this line into ~/.bashrc:  eval "$(qms completion bash)"
_qms() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(qms complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _qms qms
`

const ZSH = `#compdef qms
# qms for zsh. Put this line into ~/.zshrc, behind compinit:  eval "$(qms completion zsh)"
_qms() {
  local line word
  local -a found
  for line in "\${(@f)$(qms complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    word=\${\${line%%$'\\t'*}//:/\\\\:}
    if [[ $line == *$'\\t'* ]]; then
      found+=("$word:\${line#*$'\\t'}")
    else
      found+=("$word")
    fi
  done
  (( \${#found} )) && _describe -t qms 'qms' found
}
if [[ "\${funcstack[1]}" == _qms ]]; then
  _qms "$@"
else
  compdef _qms qms
fi
`

const FISH = `# qms for fish. Put this line into ~/.config/fish/config.fish:  qms completion fish | source
function __qms_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (qms complete -- $words "$current" 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path "$current"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c qms -f -a '(__qms_complete)'
`

const POWERSHELL = `# qms for PowerShell. Put this line into $PROFILE:  qms completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName qms -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    # An empty last argument would be dropped on its way to a program.
    $ask = if ($wordToComplete -eq '') { @('complete', '--empty', '--') } else { @('complete', '--') }
    & qms @ask @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        $word, $meaning = $_ -split "\`t", 2
        if (-not $meaning) { $meaning = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
    }
}
`

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
}
