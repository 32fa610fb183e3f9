#include <magic_hour/json/json.hpp>
#include <magic_hour/json/schema.hpp>
#include <magic_hour/json/value_codec.hpp>

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

namespace json = magic_hour::json;

namespace
{

struct holder
{
    boost::json::value config{};
    std::optional<boost::json::value> extra{};
    int n = 0;
    BOOST_DESCRIBE_CLASS(holder, (), (config, extra, n), (), ())
};

} // namespace

TEST_CASE("a free-form member is kept whole")
{
    auto const text = R"({"config":{"a":[1,-2,0.5,true,null,"x\n"],"b":{}},"extra":[],"n":1})";
    auto const h = json::decode<holder>(text);
    REQUIRE(h.has_value());
    CHECK(h->config.at("a").at(2) == 0.5);
    CHECK(json::encode(*h) == text);
}

TEST_CASE("a free-form member that is null or cannot be read is left out")
{
    CHECK(json::encode(holder{}) == R"({"n":0})");
    auto const h = json::decode<holder>(R"({"config":["\ud800"],"extra":"\x","n":2})");
    REQUIRE(h.has_value());
    CHECK(json::encode(*h) == R"({"n":2})");
}

TEST_CASE("I3 I4: what JSON cannot express is found inside a free-form member")
{
    holder h{};
    h.config = boost::json::parse(R"({"a":[1,{"b":2}]})");
    CHECK_FALSE(json::validate(h));
    h.config.at("a").at(1).at("b") = std::nan("");
    CHECK(json::validate(h) == json::violation{"config.a[1].b", "must be a finite number"});
    CHECK(json::encode(h) == R"({"config":{"a":[1,{"b":null}]},"n":0})");
    h.config.at("a").at(1).at("b") = "\xFF";
    CHECK(json::validate(h) == json::violation{"config.a[1].b", "must be valid UTF-8"});
}

TEST_CASE("the schema of a free-form member says nothing of its type")
{
    CHECK(json::schema<holder>().at("properties").at("config").as_object().empty());
}
