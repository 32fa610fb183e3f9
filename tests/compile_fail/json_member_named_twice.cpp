// expect: a member of the described struct is named twice
#include <magic_hour/json/json.hpp>

struct size
{
    int width{};
    int height{};
    BOOST_DESCRIBE_CLASS(size, (), (width, width), (), ())
};

auto twice(size const& s)
{
    return magic_hour::json::validate(s);
}
