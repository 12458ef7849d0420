/** The go compiler and vet, and `go test`. Pure. */
import { lineIn, nothing, placeIn, said, type Said, type ToolWords } from './said';

const compiled = /^(?:vet: )?(\S[^:]*\.go):(\d+):(?:(\d+):)? (.+)$/;
/** What a test logs; those that pass log, too, when asked to say all (`-v`): then it comes before how the test ended. */
const logged = /^ {4,}(\S[^:]*\.go):(\d+):(?: (.*))?$/;
const ended = /^\s*--- (FAIL|PASS|SKIP): /;
const begins = /^=== (?:RUN|PAUSE|CONT|NAME) |^(?:FAIL|PASS|ok)\b/;
/** A package's last words: those of its tests are of files in its folder. */
const ofPackage = /^(?:FAIL|ok {2})\t(\S+)\t/;
const mostWaiting = 50;

export class GoWords implements ToolWords {
  private waiting: Said[] = [];
  /** Of tests that failed, in a package that is not named yet. */
  private failed: Said[] = [];
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
    const [, goPackage] = ofPackage.exec(text) ?? [];
    return goPackage === undefined ? nothing : this.end().map((one) => ({ ...one, goPackage }));
  }

  end(): readonly Said[] {
    const { failed } = this;
    this.failed = [];
    return failed;
  }

  private ended(failed: boolean): readonly Said[] {
    if (failed) this.failed.push(...this.waiting);
    this.waiting = [];
    this.isFailed = failed;
    return nothing;
  }

  private logged(match: RegExpExecArray): readonly Said[] {
    const message = (match[3] ?? '').trim();
    const [one] = said(lineIn(match), 'error', message === '' ? 'The test failed.' : message, 'go');
    const kept = this.isFailed ? this.failed : this.waiting;
    if (one !== undefined && kept.length < mostWaiting) kept.push(one);
    return nothing;
  }
}
