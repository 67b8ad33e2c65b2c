import { revalidatePath } from 'next/cache';
import { createProject, listProjects } from '../../projects';

async function create(form: FormData): Promise<void> {
  'use server';
  await createProject(String(form.get('key')), String(form.get('name')));
  revalidatePath('/projects');
}

export default async function Projects() {
  const projects = await listProjects();
  return (
    <>
      <ul>
        {projects.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <form action={create}>
        <input name="key" placeholder="Key" />
        <input name="name" placeholder="Name" />
        <button>Create</button>
      </form>
    </>
  );
}
