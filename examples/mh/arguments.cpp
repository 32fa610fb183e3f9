#include "arguments.hpp"

#include "failure.hpp"
#include "text.hpp"

#include <magic_hour/json/utf8.hpp>
#include <magic_hour/model/media.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace cli
{

namespace
{

template <class Number>
Number parse_in_range(std::string_view what, std::string_view text, Number lowest, Number highest)
{
    auto const value = parse_integer(text);
    if (!value || *value < lowest || *value > highest)
        throw usage_failure(
            std::string{what} + " takes a whole number from " + std::to_string(lowest) + " to " +
            std::to_string(highest) + ", not '" + std::string{text} + "'");
    return static_cast<Number>(*value);
}

std::string not_empty(std::string_view what, std::string const& text)
{
    if (text.empty())
        throw usage_failure(std::string{what} + " must not be empty");
    return text;
}

template <class Choice, std::size_t N>
Choice parse_choice(
    std::string_view what, std::string const& text,
    std::array<std::pair<std::string_view, Choice>, N> const& known)
{
    std::vector<std::string> names;
    for (auto const& [name, choice] : known)
    {
        if (name == text)
            return choice;
        names.emplace_back(name);
    }
    throw usage_failure(std::string{what} + " cannot be '" + text + "'" + suggestion(text, names));
}

void set_output(arguments& to, std::string const& value)
{
    constexpr std::array<std::pair<std::string_view, bool>, 2> known{{{"text", false}, {"json", true}}};
    to.json_output = parse_choice("--output", value, known);
}

void set_collision(arguments& to, std::string const& value)
{
    using magic_hour::jobs::on_collision;
    constexpr std::array<std::pair<std::string_view, on_collision>, 3> known{
        {{"fail", on_collision::fail},
         {"rename", on_collision::rename},
         {"overwrite", on_collision::overwrite}}};
    to.collision = parse_choice("--collision", value, known);
}

void add_field(arguments& to, std::string const& value)
{
    auto const sign = value.find('=');
    if (sign == std::string::npos || sign == 0)
        throw usage_failure("--set takes FIELD=VALUE, not '" + value + "'");
    to.set.emplace_back(value.substr(0, sign), value.substr(sign + 1));
}

constexpr int most_retries = 1000;
constexpr std::uint16_t highest_port = std::numeric_limits<std::uint16_t>::max();

constexpr std::array options{
    option{
        "--set", "FIELD=VALUE", "gives one field of the request; an array's field is given once an entry",
        "make", [](arguments& a, std::string const& v) { add_field(a, v); }},
    option{
        "--json", "FILE", "reads the request from a JSON file, - for standard input; --set overrides it",
        "make", [](arguments& a, std::string const& v) { a.json_file = not_empty("--json", v); }},
    option{
        "--no-validate", "", "leaves it to the server to judge the values", "make",
        [](arguments& a, std::string const&) { a.validate = false; }},
    option{
        "--out", "DIR", "where files go, made with its parents if need be (default: here)",
        "generate download", [](arguments& a, std::string const& v) { a.out = not_empty("--out", v); }},
    option{
        "--overwrite", "", "replaces a file of the same name", "generate download",
        [](arguments& a, std::string const&) { a.collision = magic_hour::jobs::on_collision::overwrite; },
        true},
    option{
        "--collision", "WHAT",
        "what to do about a file of the same name: fail (default), rename or overwrite", "generate download",
        [](arguments& a, std::string const& v) { set_collision(a, v); }, true},
    option{
        "--no-wait", "", "prints the job's id as soon as there is one", "generate",
        [](arguments& a, std::string const&) { a.wait = false; }, true},
    option{
        "--no-download", "", "waits, but leaves the files where they are and prints the job's id", "generate",
        [](arguments& a, std::string const&) { a.download = false; }, true},
    option{
        "--poll-interval", "SECONDS",
        "a fixed pause between two looks at a job (else MAGIC_HOUR_POLL_INTERVAL, else growing pauses)",
        "api",
        [](arguments& a, std::string const& v) { a.poll_interval = parse_seconds("--poll-interval", v); }},
    option{
        "--deadline", "SECONDS", "ends the whole command", "api",
        [](arguments& a, std::string const& v) { a.deadline = parse_seconds("--deadline", v); }},
    option{
        "--timeout", "SECONDS", "ends a single exchange with the server", "api",
        [](arguments& a, std::string const& v) { a.timeout = parse_seconds("--timeout", v); }},
    option{
        "--retries", "N", "how often to try again what can safely be tried again (default 2)", "api",
        [](arguments& a, std::string const& v)
        { a.retries = parse_in_range("--retries", v, 0, most_retries); }},
    option{
        "--base-url", "URL", "another server (else MAGIC_HOUR_API_BASE_URL, else https://api.magichour.ai)",
        "api", [](arguments& a, std::string const& v) { a.base_url = not_empty("--base-url", v); }},
    option{
        "--ca-file", "FILE",
        "trust these certificate authorities instead of the system's (else MAGIC_HOUR_CA_FILE)", "api",
        [](arguments& a, std::string const& v) { a.ca_file = not_empty("--ca-file", v); }},
    option{
        "--proxy", "URL", "reach everything through this HTTP proxy", "api",
        [](arguments& a, std::string const& v) { a.proxy = not_empty("--proxy", v); }},
    option{
        "--fake", "", "works against a fake of the API inside this program: no key, no credits", "api",
        [](arguments& a, std::string const&) { a.fake = true; }},
    option{
        "--plain", "", "http without TLS, to this machine only", "api fake-server",
        [](arguments& a, std::string const&) { a.plain = true; }},
    option{
        "--signature", "HEX", "the magic-hour-event-signature header", "webhook-verify",
        [](arguments& a, std::string const& v) { a.signature = v; }},
    option{
        "--timestamp", "SECONDS", "the magic-hour-event-timestamp header", "webhook-verify",
        [](arguments& a, std::string const& v) { a.timestamp = v; }},
    option{
        "--port", "PORT", "where to listen (default: a free port)", "webhook-listen fake-server",
        [](arguments& a, std::string const& v)
        { a.port = parse_in_range<std::uint16_t>("--port", v, 0, highest_port); }},
    option{
        "--storage-port", "PORT", "where the storage listens (default: a free port)", "fake-server",
        [](arguments& a, std::string const& v)
        { a.storage_port = parse_in_range<std::uint16_t>("--storage-port", v, 0, highest_port); }},
    option{
        "--ca-out", "FILE", "writes the certificate authority that clients must trust", "fake-server",
        [](arguments& a, std::string const& v) { a.ca_out = not_empty("--ca-out", v); }},
    option{
        "--ledger", "FILE", "writes every request that arrives, one JSON document a line", "fake-server",
        [](arguments& a, std::string const& v) { a.ledger = not_empty("--ledger", v); }},
    option{
        "--output", "text|json", "json: exactly one JSON document on standard output, also for errors", "",
        [](arguments& a, std::string const& v) { set_output(a, v); }},
    option{
        "--quiet", "", "no progress, no notes; errors only", "",
        [](arguments& a, std::string const&) { a.quiet = true; }},
    option{
        "--verbose", "", "one line an exchange with the server", "",
        [](arguments& a, std::string const&) { a.verbose = true; }},
    option{"--help", "", "explains a command", "", [](arguments& a, std::string const&) { a.help = true; }},
    option{
        "--version", "", "prints the version", "",
        [](arguments& a, std::string const&) { a.version = true; }},
};

option const* find_option(std::string_view name) noexcept
{
    auto const found =
        std::find_if(options.begin(), options.end(), [&](auto const& o) { return o.name == name; });
    return found == options.end() ? nullptr : &*found;
}

std::string unknown_option(std::string const& name, std::vector<std::string> const& fields)
{
    std::vector<std::string> names;
    for (auto const& o : options)
        names.emplace_back(o.name);
    for (auto const& field : fields)
        names.push_back("--" + to_kebab(field));
    auto const near = nearest(name, names);
    return "unknown option " + name + (near.empty() ? "; see mh --help" : suggestion(name, names));
}

/// Walks over the command line, one argument or option with its value at a time.
class parser
{
public:
    parser(std::vector<std::string> const& line, field_lookup const& fields_of)
        : line_(line), fields_of_(fields_of)
    {
    }

    arguments run()
    {
        for (next_ = 0; next_ < line_.size();)
            step(line_[next_++]);
        return std::move(out_);
    }

private:
    void step(std::string const& word)
    {
        if (!magic_hour::json::detail::is_utf8(word))
            throw usage_failure("an argument is not UTF-8");
        if (only_words_ || word == "-" || !word.starts_with('-'))
            out_.words.push_back(word);
        else if (word == "--")
            only_words_ = true;
        else if (word == "-h")
            out_.help = true;
        else
            take_option(word);
    }

    void take_option(std::string const& word)
    {
        auto const sign = word.find('=');
        auto const name = word.substr(0, sign);
        std::optional<std::string> value;
        if (sign != std::string::npos)
            value = word.substr(sign + 1);
        if (auto const* known = find_option(name))
            return apply(*known, std::move(value));
        auto const fields = fields_of_(out_.words);
        auto const field = name.starts_with("--") ? to_snake(name.substr(2)) : std::string{};
        if (std::find(fields.begin(), fields.end(), field) == fields.end())
            throw usage_failure(unknown_option(name, fields));
        out_.set.emplace_back(field, value ? *value : value_of(name));
    }

    void apply(option const& known, std::optional<std::string> value)
    {
        std::string const name{known.name};
        if (known.value.empty() && value)
            throw usage_failure(name + " takes no value");
        if (!known.value.empty() && !value)
            value = value_of(name);
        known.apply(out_, value.value_or(""));
        out_.given.push_back(name);
    }

    std::string const& value_of(std::string const& name)
    {
        if (next_ == line_.size())
            throw usage_failure(name + " needs a value");
        if (!magic_hour::json::detail::is_utf8(line_[next_]))
            throw usage_failure("the value of " + name + " is not UTF-8");
        return line_[next_++];
    }

    std::vector<std::string> const& line_;
    field_lookup const& fields_of_;
    std::size_t next_ = 0;
    bool only_words_ = false;
    arguments out_{};
};

} // namespace

std::span<option const> all_options() noexcept
{
    return options;
}

bool belongs_to(option const& o, std::string_view group) noexcept
{
    return o.commands.empty() || magic_hour::has_word(o.commands, group);
}

arguments parse_arguments(std::vector<std::string> const& line, field_lookup const& fields_of)
{
    return parser{line, fields_of}.run();
}

bool asks_for_json(std::vector<std::string> const& line)
{
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i] == "--output=json" ||
            (line[i] == "--output" && i + 1 < line.size() && line[i + 1] == "json"))
            return true;
    return false;
}

bool asks_for_quiet(std::vector<std::string> const& line)
{
    return std::find(line.begin(), line.end(), "--quiet") != line.end();
}

duration parse_seconds(std::string_view what, std::string_view text)
{
    bool const plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
    auto const value = plain ? parse_number(text) : std::nullopt;
    if (!value || *value <= 0)
        throw usage_failure(
            std::string{what} + " takes seconds, a decimal number above zero, not '" + std::string{text} +
            "'");
    constexpr double forever = 1e9;
    if (*value >= forever)
        return duration::max();
    return std::max(duration{1}, std::chrono::duration_cast<duration>(seconds{*value}));
}

} // namespace cli
