// expect: a member of the struct is missing in its description
#include <magic_hour/json/json.hpp>

struct base
{
    std::string id{};
    BOOST_DESCRIBE_CLASS(base, (), (id), (), ())
};

struct derived : base
{
    std::string name{};
    std::vector<std::string> tags{};
    BOOST_DESCRIBE_CLASS(derived, (base), (name), (), ())
};

bool forgotten(std::string_view text)
{
    return magic_hour::json::decode<derived>(text).has_value();
}
