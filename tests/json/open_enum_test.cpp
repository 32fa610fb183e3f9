#include "sample.hpp"

#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/encode.hpp>

#include <doctest/doctest.h>

#include <string>

namespace json = magic_hour::json;
using model = sample::editor::model;
using open_model = json::open_enum<model>;

TEST_CASE("an enumerator and its text are the same value")
{
    open_model const from_enumerator = model::wide;
    open_model const from_text = "16:9";
    CHECK(from_enumerator == from_text);
    CHECK(from_text == model::wide);
    CHECK(from_text.known() == model::wide);
    CHECK(from_enumerator.str() == "16:9");
    CHECK(from_text != model::flash);
    CHECK(open_model{std::string{"z-image-turbo"}} == model::flash);
    CHECK(open_model{std::string_view{"default"}}.known() == model::default_);
}

TEST_CASE("an unknown value keeps its text")
{
    open_model const m = "next year's model";
    CHECK_FALSE(m.known());
    CHECK(m.str() == "next year's model");
    CHECK(m == "next year's model");
    CHECK(m != "another");
    CHECK(m != model::wide);
    CHECK(json::encode(m) == R"("next year's model")");
    CHECK(json::decode<open_model>(json::encode(m)).value() == m);
}

TEST_CASE("wire texts are compared as they are")
{
    CHECK_FALSE(open_model{"Default"}.known());
    CHECK_FALSE(open_model{"default_"}.known());
    CHECK_FALSE(open_model{"z-image-turb"}.known());
    CHECK_FALSE(open_model{"z-image-turbo "}.known());
}

TEST_CASE("an open enumeration starts with nothing")
{
    open_model const nothing{};
    CHECK(nothing.empty());
    CHECK_FALSE(nothing.known());
    CHECK(nothing == open_model{""});
    CHECK(nothing != model::default_);
    CHECK_FALSE(open_model{model::default_}.empty());
}

TEST_CASE("optionals and copies work as with any value")
{
    std::optional<open_model> m{};
    m = model::flash;
    CHECK(m == model::flash);
    m = "new";
    auto copy = m;
    m = "16:9";
    CHECK(copy->str() == "new");
    CHECK(m == model::wide);
    copy = m;
    CHECK(copy->known() == model::wide);
    CHECK(copy->str() == "16:9");
}

TEST_CASE("described enumerations need no list of names")
{
    CHECK(json::open_enum<sample::status>{"complete"} == sample::status::complete);
    CHECK(json::open_enum<sample::status>{sample::status::error}.str() == "error");
}

TEST_CASE("known values are listed in order, deprecated ones marked")
{
    auto const values = json::known_values<model>();
    REQUIRE(values.size() == 3);
    CHECK(values[0].text == "default");
    CHECK_FALSE(values[0].deprecated);
    CHECK(values[1].value == model::flash);
    CHECK(values[1].deprecated);
}

TEST_CASE("a value without a name has no text")
{
    CHECK(open_model{static_cast<model>(77)}.empty());
}
