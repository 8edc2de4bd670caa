/** What a person finds first in a package. */

export const README = `RECORDS OF DOCUMENT CONTROL

This package stands alone. It was written by "qms audit export".

  index.html       begin here, in any browser; nothing is loaded from a network
  documents/       one page a document: what happened, who said what, what changed, every text
  store/           the store itself, byte for byte: trails, texts, metadata, registry, policy
  records.json     the same as data
  *.csv            the same as tables: UTF-8, RFC 4180; a cell that a spreadsheet could take for
                   a formula has an apostrophe before it
  manifest.json    which commit this is of
  SHA256SUMS       digests of every other file

To check it by hand:

  sha256sum -c SHA256SUMS

To check chains, digests and rules as well:

  qms audit verify THIS-FOLDER

or, without qms (Python 3.9 or later; better with a verify.py and rules.json from elsewhere):

  python3 verify.py --rules rules.json store

or by hand, as "How to verify a store" in store-format.md says.
`
