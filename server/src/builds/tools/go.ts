/** The go compiler and vet, and `go test`. Pure. */
import { lineIn, nothing, placeIn, said, type Said, type ToolWords } from './said';

const compiled = /^(?:vet: )?(\S[^:]*\.go):(\d+):(?:(\d+):)? (.+)$/;
/** What a test logs; those that pass log, too, when asked to say all (`-v`): then it comes before how the test ended. */
const logged = /^ {4,}(\S[^:]*\.go):(\d+):(?: (.*))?$/;
const ended = /^\s*--- (FAIL|PASS|SKIP): /;
const begins = /^=== (?:RUN|PAUSE|CONT|NAME) |^(?:FAIL|PASS|ok)\b/;
const mostWaiting = 50;

export class GoWords implements ToolWords {
  private waiting: Said[] = [];
  private isFailed = false;

  line(text: string): readonly Said[] | null {
    const ofCompiler = text.includes('.go:') ? compiled.exec(text) : null;
    if (ofCompiler !== null) return said(placeIn(ofCompiler), 'error', ofCompiler[4] ?? '', 'go');
    const [, how] = ended.exec(text) ?? [];
    if (how !== undefined) return this.ended(how === 'FAIL');
    const ofTest = logged.exec(text);
    if (ofTest !== null) return this.logged(ofTest);
    if (!begins.test(text)) return null;
    this.isFailed = false;
    return nothing;
  }

  private ended(failed: boolean): readonly Said[] {
    const { waiting } = this;
    this.waiting = [];
    this.isFailed = failed;
    return failed ? waiting : nothing;
  }

  private logged(match: RegExpExecArray): readonly Said[] {
    const message = (match[3] ?? '').trim();
    const [one] = said(lineIn(match), 'error', message === '' ? 'The test failed.' : message, 'go');
    if (one === undefined || this.isFailed) return one === undefined ? nothing : [one];
    if (this.waiting.length < mostWaiting) this.waiting.push(one);
    return nothing;
  }
}
