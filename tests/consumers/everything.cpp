// Everything that the library offers, header-only, in one of two translation units of a program.
#include <magic_hour/magic_hour.hpp>
#include <magic_hour/testing/fake_server.hpp>

int also_everything();

int main()
{
    return also_everything();
}
