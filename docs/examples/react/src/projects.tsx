import { useAuth } from '@cpod/react';
import type { Project } from '@cpod/sdk';
import { useCallback, useEffect, useState } from 'react';

export function Projects() {
  const { client } = useAuth();
  const [projects, setProjects] = useState<readonly Project[]>([]);
  const [error, setError] = useState<string | null>(null);

  const run = useCallback(async (work: () => Promise<void>) => {
    setError(null);
    await work().catch((fault: unknown) => setError(fault instanceof Error ? fault.message : String(fault)));
  }, []);

  const load = useCallback(
    () => run(async () => setProjects((await client.projects.list({ limit: 50 }).page()).items)),
    [client, run],
  );

  useEffect(() => void load(), [load]);

  async function create(form: FormData) {
    await run(async () => {
      const name = String(form.get('name'));
      await client.projects.create({ key: keyOf(name), name });
      await load();
    });
  }

  return (
    <>
      {error !== null && <p role="alert">{error}</p>}
      <ul>
        {projects.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <form action={create}>
        <label>
          Name <input name="name" required />
        </label>
        <button>Create</button>
      </form>
      <button onClick={() => void load()}>Reload</button>
    </>
  );
}

/** Returns a project key: up to ten capital letters and digits. */
function keyOf(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 10);
}
