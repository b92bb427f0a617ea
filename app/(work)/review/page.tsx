import { redirect } from 'next/navigation';
import { SECTIONS } from '@/components/review/sections.ts';

export default function Page() {
  redirect(SECTIONS[0].href);
}
