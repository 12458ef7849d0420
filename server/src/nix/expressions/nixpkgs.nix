# The package set that `callPackage` fills arguments from.
import <nixpkgs> { }
