/** Known and wanted in a demo: it runs on Node 20, and forgets everything when it ends. */
const expected = ['oidc-provider WARNING: Unsupported runtime.', 'in-memory adapter is used']

/** oidc-provider writes its notices straight to `console.warn`. These two are left out; any other one is printed. */
export async function withoutNotices<T>(start: () => Promise<T>): Promise<T> {
  const { warn } = console
  console.warn = (...words: unknown[]) => {
    if (!expected.some((notice) => String(words[0]).includes(notice))) warn(...words)
  }
  try {
    return await start()
  } finally {
    console.warn = warn
  }
}
