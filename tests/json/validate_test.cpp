#include "sample.hpp"

#include <magic_hour/json/validate.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace json = magic_hour::json;
using json::violation;
using sample::editor;

namespace
{

editor::request good()
{
    editor::request r{};
    r.style.prompt = "a dog";
    r.end_seconds = 5;
    return r;
}

/// "path: rule" of the first violation, "" when there is none.
template <class T>
std::string broken(T const& value, json::checks what = json::checks::rules)
{
    auto const v = json::validate(value, what);
    return v ? v->path + ": " + v->rule : "";
}

} // namespace

TEST_CASE("a request within the rules has no violation")
{
    auto r = good();
    CHECK(broken(r) == "");
    r.style.model = "a model that nobody knows yet";
    r.style.points = {{.x = -100}, {.x = 100, .confidence = 1.0}};
    r.end_seconds = 0.1;
    r.extension = "mp4";
    r.image_count = 1;
    r.seed = 1;
    r.words = std::vector<std::string>{"abc"};
    CHECK(json::validate_all(r).empty());
}

TEST_CASE("what is required must be there and not be empty")
{
    auto r = good();
    r.style.prompt.clear();
    r.end_seconds.reset();
    CHECK(
        json::validate_all(r) ==
        std::vector<violation>{{"style.prompt", "required"}, {"end_seconds", "required"}});
    CHECK(broken(sample::video_project{}) == "id: required");
}

TEST_CASE("lengths count code points")
{
    auto r = good();
    std::string twenty;
    for (int i = 0; i < 20; ++i)
        twenty += "\xF0\x9F\x98\x80";
    r.style.prompt = twenty;
    CHECK(broken(r) == "");
    r.style.prompt += "x";
    CHECK(broken(r) == "style.prompt: at most 20 characters");
    r = good();
    r.words = std::vector<std::string>{"ok", ""};
    CHECK(broken(r) == "words[1]: at least 1 character");
    r.words = std::vector<std::string>{"abcd"};
    CHECK(broken(r) == "words[0]: at most 3 characters");
}

TEST_CASE("arrays have the right number of entries, unless they are not given at all")
{
    auto r = good();
    CHECK(broken(r) == "");
    r.style.points = {{.x = 5}};
    CHECK(broken(r) == "style.points: at least 2 entries");
    r.style.points = {{}, {}, {}, {}};
    CHECK(broken(r) == "style.points: at most 3 entries");
    r = good();
    r.words.emplace();
    CHECK(broken(r) == "words: at least 1 entry");
}

TEST_CASE("numbers stay within their bounds")
{
    auto r = good();
    r.end_seconds = 0.0999;
    CHECK(broken(r) == "end_seconds: at least 0.1");
    r.end_seconds = 60.001;
    CHECK(broken(r) == "end_seconds: at most 60");
    r = good();
    r.style.points = {{.x = 5}, {.x = 105}};
    CHECK(broken(r) == "style.points[1].x: at most 100");
    r.style.points = {{.x = 5}, {.x = 7}};
    CHECK(broken(r) == "style.points[1].x: a multiple of 5");
    r.style.points.clear();
    r.image_count = 2;
    CHECK(broken(r) == "image_count: one of 1, 4, 9, 16");
}

TEST_CASE("multiples of fractions tolerate binary rounding and nothing more")
{
    editor::point_type p{};
    for (int i = 0; i <= 20; ++i)
    {
        p.confidence = i * 0.05;
        CHECK(broken(p) == "");
        p.confidence = std::stod(std::to_string(i * 5 / 100.0));
        CHECK(broken(p) == "");
    }
    for (double const wrong : {0.051, 0.0500001, 0.12, 0.999})
    {
        p.confidence = wrong;
        CHECK(broken(p) == "confidence: a multiple of 0.05");
    }
}

TEST_CASE("a text must match its predicate")
{
    auto r = good();
    r.extension = ".PNG";
    CHECK(broken(r) == "extension: lower case letters and digits");
}

TEST_CASE("rules between members are checked after those of the members")
{
    auto r = good();
    r.seed = 5;
    CHECK(broken(r) == "seed: only with image_count 1");
    r.style.prompt.clear();
    CHECK(
        json::validate_all(r) ==
        std::vector<violation>{{"style.prompt", "required"}, {"seed", "only with image_count 1"}});
}

namespace
{

struct clip
{
    double start{};
    double end{};
    BOOST_DESCRIBE_CLASS(clip, (), (start, end), (), ())

    friend void check(clip const& c, json::report& out)
    {
        if (c.end < c.start)
            out.fail("end", "after start");
        if (c.end < 0)
            out.fail("a whole clip");
    }
};

struct cut
{
    std::vector<clip> clips{};
    BOOST_DESCRIBE_CLASS(cut, (), (clips), (), ())
};

} // namespace

TEST_CASE("a nested struct's own rules report paths from the root")
{
    CHECK(
        json::validate_all(cut{.clips = {{0, 1}, {2, -1}}}) ==
        std::vector<violation>{{"clips[1].end", "after start"}, {"clips[1]", "a whole clip"}});
}

TEST_CASE("I3: text that is not UTF-8 is refused with its path, also where no rule is declared")
{
    for (std::string const text :
         {"\xFF", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
          "\x80", "long enough to take the fast path \xE2\x82"})
    {
        auto r = good();
        r.default_ = text;
        CHECK(broken(r) == "default: must be valid UTF-8");
        CHECK(broken(r, json::checks::representable) == "default: must be valid UTF-8");
        r = good();
        r.style.model = text;
        CHECK(broken(r) == "style.model: must be valid UTF-8");
        r = good();
        r.words = std::vector<std::string>{"a", text};
        CHECK(broken(r) == "words[1]: must be valid UTF-8");
    }
    auto r = good();
    r.default_ = std::string("\0 \xE2\x80\xA8 \xF4\x8F\xBF\xBF \xEF\xBF\xBF", 14);
    CHECK(broken(r) == "");
}

TEST_CASE("I4: numbers that JSON cannot express are refused even when rules are switched off")
{
    for (double const number : {std::nan(""), HUGE_VAL, -HUGE_VAL})
    {
        auto r = good();
        r.end_seconds = number;
        CHECK(broken(r) == "end_seconds: must be a finite number");
        CHECK(broken(r, json::checks::representable) == "end_seconds: must be a finite number");
    }
    for (double const number : {-0.0, 1e-320, 9007199254740993.0, 1.7e308})
        CHECK(broken(number) == "");
}

TEST_CASE("with rules switched off only what cannot be expressed is refused")
{
    editor::request r{};
    r.seed = 5;
    r.image_count = 3;
    r.style.points = {{.x = 1000}};
    CHECK(json::validate_all(r).size() == 6);
    CHECK(broken(r, json::checks::representable) == "");
}

TEST_CASE("an open enumeration in use must hold something")
{
    auto r = good();
    r.style.model.emplace();
    CHECK(broken(r) == "style.model: required");
}
