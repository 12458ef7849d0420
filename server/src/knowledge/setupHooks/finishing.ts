/** Setup hooks that install, wrap, patch and test what was built. Source: each hook's own script, and the Nixpkgs manual, "Hooks reference". */
import { flag, packages, text, words, wordsOr } from '../attributes/kinds';
import { setupHook, type KnownSetupHook } from './setupHook';

const fixup = { phase: 'fixupPhase' } as const;
const install = { phase: 'installPhase' } as const;
const installCheck = { phase: 'installCheckPhase' } as const;

export const finishingHooks: readonly KnownSetupHook[] = [
  setupHook(
    ['wrapGAppsHook3', 'wrapGAppsHook', 'wrapGAppsHook4', 'wrapGAppsNoGuiHook'],
    'pkgs/build-support/setup-hooks/wrap-gapps-hook/wrap-gapps-hook.sh',
    ['gappsWrapperArgsHook'],
    [
      [
        { ...flag, ...fixup },
        {
          dontWrapGApps:
            'Whether programs are not wrapped; call `wrapGApp` yourself, or give `gappsWrapperArgs` to another wrapper.',
        },
      ],
      [
        { ...words, ...fixup },
        {
          gappsWrapperArgs:
            'What is given to the wrapper of GTK’s programs. The hook makes an array of that name: add to it in `preFixup`, with `gappsWrapperArgs+=(--set NAME VALUE)`.',
        },
      ],
    ],
  ),
  setupHook(
    ['wrapQtAppsHook', 'wrapQtAppsNoGuiHook', 'qtbase', 'wrapLxqtAppsHook'],
    'pkgs/development/libraries/qt-6/hooks/wrap-qt-apps-hook.sh',
    ['qtOwnPathsHook'],
    [
      [
        { ...flag, ...fixup },
        {
          dontWrapQtApps:
            'Whether programs are not wrapped; call `wrapQtApp` yourself, or give `qtWrapperArgs` to another wrapper.',
        },
      ],
      [{ ...words, ...fixup }, { qtWrapperArgs: 'What is given to the wrapper of Qt’s programs.' }],
    ],
  ),
  setupHook(
    ['autoPatchelfHook'],
    'pkgs/build-support/setup-hooks/auto-patchelf.sh',
    [],
    [
      [
        { ...flag, ...fixup },
        { dontAutoPatchelf: 'Whether nothing is patched by itself; call `autoPatchelf` yourself.' },
      ],
      [
        { ...words, ...fixup },
        {
          autoPatchelfIgnoreMissingDeps: 'Libraries that may be missing, as `"libcuda.so.1"`.',
          autoPatchelfFlags: 'What is given to the program that patches.',
          appendRunpaths: 'Folders to put at the end of the rpath of every binary.',
          patchelfFlags: 'What is given to `patchelf`.',
        },
      ],
      [
        { ...packages, ...fixup },
        {
          runtimeDependencies:
            'Packages whose libraries are put on the rpath though nothing is linked with them.',
        },
      ],
    ],
  ),
  setupHook(
    ['copyDesktopItems'],
    'pkgs/build-support/setup-hooks/copy-desktop-items.sh',
    [],
    [
      [
        { type: 'list of derivations', snippet: '[ $0 ]', ...install },
        { desktopItems: 'Desktop entries to install, of `makeDesktopItem`.' },
      ],
      [{ ...flag, ...install }, { dontCopyDesktopItems: 'Whether `desktopItems` are not installed.' }],
    ],
  ),
  setupHook(
    ['copyPkgconfigItems'],
    'pkgs/build-support/setup-hooks/copy-pkgconfig-items.sh',
    [],
    [
      [
        { type: 'list of derivations', snippet: '[ $0 ]', ...install },
        { pkgconfigItems: '`.pc` files to install, of `makePkgconfigItem`.' },
      ],
      [{ ...flag, ...install }, { dontCopyPkgconfigItems: 'Whether `pkgconfigItems` are not installed.' }],
    ],
  ),
  setupHook(
    ['versionCheckHook'],
    'pkgs/by-name/ve/versionCheckHook/hook.sh',
    [],
    [
      [
        { ...text, ...installCheck },
        {
          versionCheckProgram:
            'The program that is asked for its version; `meta.mainProgram` by default. It has to be a whole path.',
          versionCheckProgramArg:
            'The argument that makes it tell; `--help` and `--version` are tried without it.',
          versionCheckKeepEnvironment: 'Variables that the program sees, or `*` for all; none by default.',
        },
      ],
      [{ ...flag, ...installCheck }, { dontVersionCheck: 'Whether the version is not checked.' }],
    ],
  ),
  setupHook(
    ['udevCheckHook'],
    'pkgs/by-name/ud/udevCheckHook/hook.sh',
    [],
    [[{ ...flag, ...installCheck }, { dontUdevCheck: 'Whether udev’s rules are not checked.' }]],
  ),
  setupHook(
    ['gtk3', 'gtk4'],
    'pkgs/development/libraries/gtk/hooks/drop-icon-theme-cache.sh',
    ['dropIconThemeCache'],
    [
      [
        { ...flag, phase: 'dropIconThemeCache' },
        { dontDropIconThemeCache: 'Whether caches of icons are kept in what is installed.' },
      ],
    ],
  ),
  setupHook(
    ['makeCoverageAnalysisReport'],
    'pkgs/build-support/setup-hooks/make-coverage-analysis-report.sh',
    ['coverageReportPhase'],
    [
      [
        { ...wordsOr, phase: 'coverageReportPhase' },
        {
          lcovFilter: 'Patterns of files that do not count; those of the store without it.',
          lcovExtraTraceFiles: 'More files of traces to take in.',
        },
      ],
    ],
  ),
];
