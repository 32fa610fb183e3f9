#include "commands.hpp"
#include "failure.hpp"
#include "help.hpp"
#include "request_builder.hpp"
#include "schema_view.hpp"
#include "text.hpp"

#include <algorithm>
#include <functional>

namespace cli
{

namespace
{

using option_visitor = std::function<void(std::string const& name, schema_view field)>;

/// Fields of queries are options as well.
void visit_query_options(command const& of, option_visitor const& visit)
{
    auto const* fields = of.part == "query" ? of.fields() : nullptr;
    if (fields)
        for (auto const& field : schema_view{*fields}.members())
            visit("--" + to_kebab(field.key()), schema_view{field.value().as_object()});
}

std::string option_names(command const& of)
{
    std::vector<std::string> names;
    for (auto const& o : all_options())
        if (of.takes_option(o))
            names.emplace_back(o.name);
    visit_query_options(of, [&](std::string const& name, schema_view) { names.push_back(name); });
    return join(names, " ");
}

bool fits_into_a_script(std::string const& value)
{
    return value.find_first_of(" '\"\\$`!\t\n()[]{}*?~#&;|<>") == value.npos;
}

/// "style.model=a style.model=b" for fields with a short list of values, else "style.prompt=".
void add_candidates(schema_view field, std::string const& path, std::string& out)
{
    if (field.is_object())
    {
        for (auto const& member : field.members())
            add_candidates(
                schema_view{member.value().as_object()},
                path.empty() ? std::string{member.key()} : path + '.' + std::string{member.key()}, out);
        return;
    }
    if (field.is_array() && field.items().is_object())
        return add_candidates(field.items(), path + "[0]", out);
    constexpr std::size_t most = 60;
    auto const known = field.known_values();
    out += ' ' + path + '=';
    if (known.size() <= most)
        for (auto const& value : known)
            if (fits_into_a_script(value))
                out += ' ' + path + '=' + value;
}

/// One `case` a command: what may follow it, and what may follow its `--set`.
std::string cases(std::function<std::string(command const&)> const& words_for)
{
    std::string out;
    for (auto const& of : all_commands())
        if (auto const words = words_for(of); !words.empty())
            out += "        '" + of.path + "') echo '" + words + "';;\n";
    return out;
}

std::string field_words(command const& of)
{
    std::string out;
    if (auto const* fields = of.fields())
        add_candidates(schema_view{*fields}, {}, out);
    return out.empty() ? out : out.substr(1);
}

/// "'') echo 'account ...';;" and "'ai-image-editor') echo 'create generate';;".
std::string word_cases()
{
    std::string out = "        '') echo '" + join(next_words({}), " ") + "';;\n";
    std::vector<std::string> done;
    for (auto const& of : all_commands())
    {
        std::string const first = of.path.substr(0, of.path.find(' '));
        if (!done.empty() && done.back() == first)
            continue;
        done.push_back(first);
        if (auto const next = next_words({first}); !next.empty())
            out += "        '" + first + "') echo '" + join(next, " ") + "';;\n";
    }
    return out + "        'files upload-urls') echo 'create';;\n        'completion') echo 'bash zsh';;\n";
}

std::string value_case(std::string const& option, std::string const& values)
{
    return "        " + option + ") echo '" + values + "';;\n";
}

std::string value_cases()
{
    std::string out = value_case("--collision", "fail rename overwrite");
    for (auto const& o : all_options())
        if (o.value.find('|') != o.value.npos)
        {
            std::string choices{o.value};
            std::replace(choices.begin(), choices.end(), '|', ' ');
            out += value_case(std::string{o.name}, choices);
        }
    for (auto const& of : all_commands())
        visit_query_options(
            of,
            [&](std::string const& name, schema_view field)
            {
                if (auto const known = field.known_values(); !known.empty())
                    out += value_case(name, join(known, " "));
            });
    return out;
}

std::string known_cases()
{
    std::string out;
    for (auto const& of : all_commands())
        out += "        '" + of.path + "' | '" + of.path.substr(0, of.path.rfind(' ')) + "') return 0;;\n";
    return out;
}

std::string shell_function(std::string_view name, std::string const& body)
{
    return std::string{name} + "() {\n    case \"$1\" in\n" + body + "    esac\n}\n";
}

/// What there is to complete, as functions that both shells understand.
std::string tables()
{
    return shell_function("_mh_words", word_cases()) +
           shell_function("_mh_options", cases(option_names) + "        *) echo '--help --version';;\n") +
           shell_function("_mh_fields", cases(field_words)) + shell_function("_mh_values", value_cases()) +
           shell_function("_mh_known", known_cases() + "        *) return 1;;\n");
}

/// What both shells ask: CURRENT is the word to complete, PREVIOUS the one before it, WORD... all before it.
constexpr std::string_view shared_part = R"script(
# _mh_candidates CURRENT PREVIOUS WORD...
_mh_candidates() {
    local current=$1 previous=$2 command='' next word
    shift 2
    for word in "$@"; do
        [[ $word == -* ]] && continue
        next="${command:+$command }$word"
        _mh_known "$next" && command=$next
    done
    if [[ $previous == --set ]]; then
        for word in $(_mh_fields "$command"); do
            case $current in
            *=*) [[ $word == "$current"* && $word != *= ]] && echo "$word" ;;
            *) [[ $word == *= ]] && echo "$word" ;;
            esac
        done
    elif [[ -n $(_mh_values "$previous") ]]; then
        _mh_values "$previous"
    elif [[ $current == -* ]]; then
        _mh_options "$command"
    else
        _mh_words "$command"
    fi
}
)script";

constexpr std::string_view bash_part = R"script(
_mh() {
    local line=${COMP_LINE:0:COMP_POINT} words candidates
    local current=${line##*[[:space:]]}
    read -ra words <<<"${line%"$current"}"
    candidates=$(_mh_candidates "$current" "${words[-1]}" "${words[@]:1}")
    if [[ -z $candidates ]]; then
        compopt -o filenames
        COMPREPLY=($(compgen -f -- "${current##*=}"))
        return
    fi
    COMPREPLY=($(compgen -W "$candidates" -- "$current"))
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    # The shell breaks words at = and :, so what stands before them is on the line already.
    if [[ $current == *[=:]* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*[=:]}"}"}")
    fi
}
complete -F _mh mh
)script";

// A file in $fpath is the body of the function of its name, and runs when that is first called.
constexpr std::string_view zsh_part = R"script(
_mh() {
    local candidates=$(_mh_candidates "${words[CURRENT]}" "${words[CURRENT-1]}" "${(@)words[2,CURRENT-1]}")
    if [[ -z $candidates ]]; then
        compset -P '*='
        _files
        return
    fi
    local -a all=(${=candidates})
    local -a open=(${(M)all:#*=})
    all=(${all:#*=})
    compadd -a all
    compadd -S '' -a open
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _mh "$@"
else
    compdef _mh mh
fi
)script";

} // namespace

std::string completion_for(std::string_view shell)
{
    std::string const shared = tables() + std::string{shared_part};
    if (shell == "bash")
        return "# bash completion for mh: source it, or put it into "
               "~/.local/share/bash-completion/completions/mh\n" +
               shared + std::string{bash_part};
    if (shell == "zsh")
        return "#compdef mh\n# zsh completion for mh: put it as _mh into a directory of $fpath, or source it "
               "after compinit\n" +
               shared + std::string{zsh_part};
    throw usage_failure("no completion for " + std::string{shell} + suggestion(shell, {"bash", "zsh"}));
}

command_result run_completion(invocation const& call)
{
    command_result out;
    auto text = completion_for(call.operands.front());
    out.document = boost::json::object{{"script", text}};
    text.pop_back();
    out.lines.push_back(std::move(text));
    return out;
}

} // namespace cli
