"""Compiler flags of our own code. Every target of gwpolicy/, tests/, python/, bench/ and examples/ uses GWP_COPTS."""

# The wheel exports one symbol; sections let the linker drop what it does not use.
GWP_VISIBILITY_COPTS = [
    "-fdata-sections",
    "-ffunction-sections",
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
]

# For g++ 12 and clang 14 alike.
GWP_COPTS = GWP_VISIBILITY_COPTS + [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wimplicit-fallthrough",
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-Wswitch",
    "-Wvla",
]

# For what goes through every byte of the input.
GWP_HOT_COPTS = GWP_COPTS + select({
    "//gwpolicy:is_opt": ["-O3"],
    "//conditions:default": [],
})

# For headers of C, which must also compile as C99.
GWP_C_COPTS = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wpedantic",
]
