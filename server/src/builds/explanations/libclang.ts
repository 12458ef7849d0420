import { lastMatch, type Rule } from './rule';

/** bindgen (clang-sys), which makes Rust of C headers, by a library that it loads. */
export const libclang: Rule = ({ lines }) => {
  const found = lastMatch(lines, [
    /Unable to find libclang: /,
    /couldn't find any valid shared libraries matching: \['libclang/,
  ]);
  if (found === null) return null;
  return {
    line: found.line,
    cause: 'A crate reads C headers with libclang (bindgen), which it does not find.',
    advice:
      'Add rustPlatform.bindgenHook to nativeBuildInputs: it names libclang and the headers of the compiler.',
    remedy: { kind: 'package', path: ['rustPlatform', 'bindgenHook'], attribute: 'nativeBuildInputs' },
  };
};
