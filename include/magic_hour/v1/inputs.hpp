#pragma once

/// What requests are made of: uploads, detected faces and saved items.

#include <magic_hour/v1/face_detection.hpp>
#include <magic_hour/v1/files.hpp>
#include <magic_hour/v1/saved_items.hpp>
