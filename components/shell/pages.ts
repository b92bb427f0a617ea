import {
  IconChecklist,
  IconCompass,
  IconDatabase,
  IconSchool,
  IconTags,
  IconUsers,
  IconVersions,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Role } from '@/lib/contract/roles.ts';

interface PageEntry {
  href: string;
  name: string;
  role: Role;
  icon: ComponentType<{ size?: number; stroke?: number }>;
}

/** The rail, in the order of the loop. Pages of a role above one's own are absent, not greyed. */
export const PAGES: readonly PageEntry[] = [
  { href: '/label', name: 'Label', role: 'analyst', icon: IconTags },
  { href: '/explore', name: 'Explore', role: 'analyst', icon: IconCompass },
  { href: '/review', name: 'Review', role: 'reviewer', icon: IconChecklist },
  { href: '/data', name: 'Data', role: 'admin', icon: IconDatabase },
  { href: '/train', name: 'Train', role: 'admin', icon: IconSchool },
  { href: '/models', name: 'Models', role: 'admin', icon: IconVersions },
  { href: '/people', name: 'People', role: 'admin', icon: IconUsers },
];
