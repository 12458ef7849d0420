// Whether the tree of a derivation is what its store derivation says: the environment that the builder gets, read by Nix itself.

/** Phases in the order of setup.sh's `definePhases`: the variable of the phases before it, and the one that decides whether it runs. */
const usual = [
  ['unpackPhase', 'prePhases', 'dontUnpack'],
  ['patchPhase', null, 'dontPatch'],
  ['configurePhase', 'preConfigurePhases', 'dontConfigure'],
  ['buildPhase', 'preBuildPhases', 'dontBuild'],
  ['checkPhase', null, 'doCheck'],
  ['installPhase', 'preInstallPhases', 'dontInstall'],
  ['fixupPhase', 'preFixupPhases', 'dontFixup'],
  ['installCheckPhase', null, 'doInstallCheck'],
  ['distPhase', 'preDistPhases', 'doDist'],
];

/** One sentence for each difference. `name` is the package’s own; the rest is the store derivation’s, as `nix derivation show` has it. */
export function treeDifferences(drawn, { name, outputs, env }) {
  const attributes = env.__json === undefined ? env : JSON.parse(env.__json);
  const text = (key) => bashText(attributes[key]);
  const found = [];
  if (drawn.name !== name) found.push(`the name is ${drawn.name}, not ${name}`);
  for (const [output, { path }] of Object.entries(outputs))
    if (path !== undefined && drawn.outputs[output] !== path)
      found.push(`output ${output} is ${drawn.outputs[output]}`);
  if (drawn.structure !== 'phases') {
    const script = text('buildCommand');
    if (script !== '' && !drawn.phases.some(({ body }) => body === script))
      found.push('the build command is another');
    return found;
  }
  // Setup hooks add phases: they are known once the stdenv was asked.
  const listed = drawn.phases.map((phase) => phase.name);
  const expected = phasesOf(text);
  const order = drawn.source === 'stdenv' ? listed.filter((phase) => expected.includes(phase)) : listed;
  if (order.join(' ') !== expected.join(' '))
    found.push(`phases: listed ${order.join(' ')}; of its environment ${expected.join(' ')}`);
  return [...found, ...drawn.phases.flatMap((phase) => phaseDifferences(phase, text))];
}

function phasesOf(text) {
  const words = (key) =>
    key === null
      ? []
      : text(key)
          .split(/\s+/)
          .filter((word) => word !== '');
  if (text('phases') !== '') return words('phases');
  return [...usual.flatMap(([phase, before]) => [...words(before), phase]), ...words('postPhases')];
}

function phaseDifferences({ name, runs, body, hooks }, text) {
  const found = [];
  const flag = usual.find(([phase]) => phase === name)?.[2];
  const set = flag !== undefined && text(flag) !== '';
  const expected = flag === undefined || set === !flag.startsWith('dont');
  if (flag !== undefined && runs !== expected)
    found.push(`${name} ${runs ? 'runs' : 'is skipped'}, and ${flag} is “${text(flag)}”`);
  if (text(name) !== '' && body !== text(name)) found.push(`${name} has another text`);
  const stem = name.replace(/Phase$/, '').replace(/^./, (letter) => letter.toUpperCase());
  for (const hook of [`pre${stem}`, `post${stem}`]) {
    if (text(hook) === '') continue;
    const drawn = hooks.find((one) => one.name === hook && one.kind === 'attribute');
    if (drawn === undefined) found.push(`${hook} is not listed`);
    else if (drawn.body !== text(hook)) found.push(`${hook} has another text`);
  }
  return found;
}

/** As the builder's shell has it. */
function bashText(value) {
  if (value === undefined || value === null || value === false) return '';
  if (value === true) return '1';
  return Array.isArray(value) ? value.map(bashText).join(' ') : String(value);
}
