/** gcc, clang and what words its messages like them; the assembler and the linker of binutils; `assert` of C; meson. Pure. */
import { lineIn, placeIn, said, severityOf, type Said, type ToolWords } from './said';

const compiler = /^(\S[^:]*?):(\d+):(?:(\d+):)? (fatal error|error|warning|note): (.+)$/;
const meson = /^(\S*meson(?:\.build|_options\.txt|\.options)):(\d+):(\d+): (ERROR|WARNING): (.+)$/;
const assembler = /^(\S[^:]*):(\d+): (Error|Fatal error|Warning): (.+)$/;
/** What ld says of a place that debug information knows, with or without its own name and that of the object before it. */
const linked =
  /^(?:\S*ld(?:\.\w+)?: )?(?:\S+\.l?o:)?([^\s:][^:]*):(\d+): ((?:undefined reference to|multiple definition of) .+)$/;
const linkedUnknown =
  /^(?:\S*ld(?:\.\w+)?: )?(?:\S+\.l?o:)?([^\s:][^:]*):\(\.[\w.$]+\+0x[\da-f]+\): (undefined reference to .+)$/;
/** glibc and musl; the second is of BSD and macOS. */
const assertion = /^(?:\S+: )?([^\s:][^:]*):(\d+): .+: (Assertion [`'‘].+['’] failed\.)$/;
const assertionAlone = /^(Assertion failed: .+), file (.+), line (\d+)\.?$/;

export const compilerWords: ToolWords = {
  line: (text) =>
    ofMeson(text) ?? ofCompiler(text) ?? ofAssembler(text) ?? ofLinker(text) ?? ofAssertion(text),
};

function ofMeson(text: string): readonly Said[] | null {
  const match = text.includes('meson') ? meson.exec(text) : null;
  if (match === null) return null;
  return said(placeIn(match), match[4] === 'ERROR' ? 'error' : 'warning', match[5] ?? '', 'meson');
}

function ofCompiler(text: string): readonly Said[] | null {
  const match = compiler.exec(text);
  return match && said(placeIn(match), severityOf(match[4] ?? ''), match[5] ?? '', 'cc');
}

function ofAssembler(text: string): readonly Said[] | null {
  const match = assembler.exec(text);
  return match && said(lineIn(match), match[3] === 'Warning' ? 'warning' : 'error', match[4] ?? '', 'cc');
}

function ofLinker(text: string): readonly Said[] | null {
  if (!text.includes('undefined reference to') && !text.includes('multiple definition of')) return null;
  const match = linked.exec(text);
  if (match !== null) return said(lineIn(match), 'error', match[3] ?? '', 'cc');
  const [, file, message] = linkedUnknown.exec(text) ?? [];
  if (file === undefined || message === undefined) return null;
  return said({ file, line: 0, column: null }, 'error', `${message} (the linker names no line)`, 'cc');
}

function ofAssertion(text: string): readonly Said[] | null {
  if (!text.includes('Assertion')) return null;
  const match = assertion.exec(text);
  if (match !== null) return said(lineIn(match), 'error', match[3] ?? '', 'cc');
  const [, message, file, line] = assertionAlone.exec(text) ?? [];
  if (message === undefined || file === undefined) return null;
  return said({ file, line: Number(line) - 1, column: null }, 'error', message, 'cc');
}
