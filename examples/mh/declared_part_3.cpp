#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_3()
{
    return declare_part<3>();
}

} // namespace cli
