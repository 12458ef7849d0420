/** What stands in a regular expression for exactly this text. Pure. */
export function regExpText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
