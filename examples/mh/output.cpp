#include "output.hpp"

#include "schema_view.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace cli
{

namespace json = boost::json;

namespace
{

constexpr std::size_t longest_input = 16 * 1024 * 1024;

void add_lines(json::value const& value, std::string const& name, std::vector<std::string>& out)
{
    if (value.is_object())
    {
        for (auto const& member : value.get_object())
            add_lines(
                member.value(),
                name.empty() ? std::string{member.key()} : name + '.' + std::string{member.key()}, out);
        return;
    }
    if (value.is_array())
    {
        std::size_t index = 0;
        for (auto const& entry : value.get_array())
            add_lines(entry, name + '[' + std::to_string(index++) + ']', out);
        return;
    }
    if (!value.is_null())
        out.push_back(one_line(name + ": " + plain_text(value), std::string::npos));
}

json::value text_or_null(std::string const& text)
{
    if (text.empty())
        return nullptr;
    return json::string{text};
}

json::object error_document(failure const& why)
{
    json::object out;
    out["error"] = text_or_null(why.code);
    out["exit_status"] = static_cast<int>(why.status);
    out["id"] = text_or_null(why.id);
    out["name"] = text_or_null(why.name);
    out["message"] = one_line(why.message);
    return out;
}

failure file_failure(std::string const& path, int problem)
{
    failure out{exit_status::file, path + ": " + std::strerror(problem)};
    out.code = "file error";
    return out;
}

} // namespace

std::string one_line(std::string_view text, std::size_t limit)
{
    return magic_hour::detail::printable(text, limit);
}

std::string without_key(std::string text)
{
    constexpr std::string_view shown = "[key]";
    constexpr std::size_t shortest = 8;
    for (char const* const name : {"MAGIC_HOUR_API_KEY", "MAGIC_HOUR_API_TOKEN"})
    {
        char const* const value = std::getenv(name);
        std::string_view const key = value ? value : "";
        if (key.size() < shortest)
            continue;
        for (auto at = text.find(key); at != text.npos; at = text.find(key, at + shown.size()))
            text.replace(at, key.size(), shown);
    }
    return text;
}

void write_out(std::string_view text)
{
    errno = 0;
    bool const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0)
        throw file_failure("standard output", errno);
}

void write_error_line(std::string_view text)
{
    std::string const line = one_line(without_key(std::string{text})) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void print_result(command_result const& what, bool as_json)
{
    if (what.printed)
        return;
    if (as_json)
        return write_out(without_key(json::serialize(what.document)) + '\n');
    std::string text;
    for (auto const& line : what.lines)
        text += line + '\n';
    write_out(without_key(std::move(text)));
}

int print_failure(failure const& why, bool as_json)
{
    write_error_line("mh: " + why.message);
    auto status = why.status;
    try
    {
        if (as_json)
            write_out(without_key(json::serialize(error_document(why))) + '\n');
    }
    catch (failure const& unwritable)
    {
        write_error_line("mh: " + unwritable.message);
    }
    return static_cast<int>(status);
}

std::vector<std::string> as_lines(json::value const& document)
{
    std::vector<std::string> out;
    add_lines(document, {}, out);
    return out;
}

std::string read_input(std::string const& path)
{
    auto const close = [](std::FILE* f)
    {
        if (f != stdin)
            std::fclose(f);
    };
    std::unique_ptr<std::FILE, decltype(close)> const file{
        path == "-" ? stdin : std::fopen(path.c_str(), "rb"), close};
    auto const shown = path == "-" ? std::string{"standard input"} : path;
    if (!file)
        throw file_failure(shown, errno);
    std::string text;
    char buffer[64 * 1024];
    while (auto const count = std::fread(buffer, 1, sizeof buffer, file.get()))
        if (text.append(buffer, count).size() > longest_input)
            throw failure{exit_status::file, shown + ": larger than 16 MiB"};
    if (std::ferror(file.get()) != 0)
        throw file_failure(shown, errno);
    return text;
}

} // namespace cli
