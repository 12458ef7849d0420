// node --import tsx scripts/parserTables.mts: makes the tables of Nix's grammar anew, after a change of server/src/syntax/exact/grammar.ts.
import { join } from 'node:path';
import { grammar, precedence } from '../server/src/syntax/exact/grammar';
import { packed } from '../server/src/syntax/exact/packing';
import { buildTables, readGrammar } from '../server/src/syntax/exact/tables';
import { writeWhole } from './writeWhole.mjs';

const read = readGrammar(grammar);
const text = packed(buildTables(read, precedence), read.symbols.length);
await writeWhole(
  join(import.meta.dirname, '../server/src/syntax/exact/packedTables.ts'),
  `/** Made from \`grammar.ts\` by scripts/parserTables.mts; a test sees when it was not. */\nexport const packedTables = \`${text}\`;\n`,
);
