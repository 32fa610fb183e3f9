// expect: this type has no JSON form
#include <magic_hour/json/json.hpp>

struct point
{
    int x{};
};

struct drawing
{
    point origin{};
    BOOST_DESCRIBE_CLASS(drawing, (), (origin), (), ())
};

std::string undescribed(drawing const& d)
{
    return magic_hour::json::encode(d);
}
