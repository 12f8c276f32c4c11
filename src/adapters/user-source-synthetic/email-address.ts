/** Letters that Unicode does not take apart into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', ı: 'i', þ: 'th', ð: 'd' };
const MARKS = /\p{M}/gu;

/**
 * A name as the local part of an address has it: lower-case ASCII letters and digits. Accents fall away, other scripts
 * become their code points in base 36 (as faker does), so that different names rarely read the same.
 */
export function asciiOf(name: string): string {
  let ascii = '';
  for (const character of name.toLowerCase().normalize('NFKD').replace(MARKS, '')) {
    if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) ascii += character;
    else if (character > '\u007f') ascii += LETTERS[character] ?? (character.codePointAt(0) ?? 0).toString(36);
  }
  return ascii;
}

/** `first.last@example.com`, as RandomUser makes them: namesakes share an address. */
export class EmailAddresses {
  private readonly known = new Map<string, string>();

  of(firstName: string, lastName: string): string {
    return `${this.ascii(firstName)}.${this.ascii(lastName)}@example.com`;
  }

  /** Remembered: the names are some ten thousand, the people are endless. */
  private ascii(name: string): string {
    let ascii = this.known.get(name);
    if (ascii === undefined) {
      ascii = asciiOf(name);
      this.known.set(name, ascii);
    }
    return ascii;
  }
}
