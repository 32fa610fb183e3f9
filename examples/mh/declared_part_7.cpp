#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_7()
{
    return declare_part<7>();
}

} // namespace cli
