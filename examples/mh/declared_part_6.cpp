#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_6()
{
    return declare_part<6>();
}

} // namespace cli
