/** All results, or the first failure; what arrives after that is handed to `late`. */
export async function allOrFirst<const T extends readonly Promise<unknown>[]>(
  work: T,
  late: (results: { [K in keyof T]: Awaited<T[K]> | undefined }) => void,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  try {
    return (await Promise.all(work)) as { -readonly [K in keyof T]: Awaited<T[K]> };
  } catch (error) {
    void Promise.allSettled(work).then((settled) =>
      late(
        settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as {
          [K in keyof T]: Awaited<T[K]> | undefined;
        },
      ),
    );
    throw error;
  }
}
