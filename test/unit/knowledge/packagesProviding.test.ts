import { deepEqual, equal } from 'node:assert/strict';
import { providersOf, type Provided } from '../../../server/src/knowledge/packagesProviding';

const cases: readonly (readonly [kind: Provided, name: string, first: string])[] = [
  ['command', 'pkg-config', 'pkg-config'],
  ['command', 'msgfmt', 'gettext'],
  ['command', 'wrapProgram', 'makeWrapper'],
  ['command', 'something', 'something'],
  ['header', 'openssl/ssl.h', 'openssl'],
  ['header', 'X11/extensions/Xrandr.h', 'xorg.libXrandr'],
  ['header', 'X11/Xlib.h', 'xorg.libX11'],
  ['library', 'z', 'zlib'],
  ['library', 'crypto', 'openssl'],
  ['pkgConfig', 'gtk+-3.0', 'gtk3'],
  ['pkgConfig', 'libsomething-2.0', 'libsomething-2.0'],
  ['cmakePackage', 'Eigen3', 'eigen'],
  ['pythonModule', 'yaml', 'python3Packages.pyyaml'],
  ['pythonModule', 'requests', 'python3Packages.requests'],
];

describe('packages that provide', () => {
  for (const [kind, name, first] of cases) {
    it(`${kind} ${name}: ${first}`, () => equal(providersOf(kind, name)[0]?.path.join('.'), first));
  }

  it('are each named once, the guesses behind what is known', () => {
    deepEqual(
      providersOf('library', 'zstd').map(({ path, isKnown }) => [path.join('.'), isKnown]),
      [
        ['zstd', true],
        ['libzstd', false],
      ],
    );
  });
});
