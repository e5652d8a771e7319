/// The commands of the stories. README.md of this folder lists them.
#pragma once

#include <string>

#include "tests/stories/story_world.hpp"
#include "tests/stories/transcript.hpp"

namespace drey::stories {

/// Performs one command and returns what happened meanwhile.
std::string perform(story_world& world, const command& asked);

}  // namespace drey::stories
