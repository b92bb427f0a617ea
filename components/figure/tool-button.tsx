import type { ReactNode } from 'react';
import { keepFocus } from '@/components/class/keep-focus.ts';
import classes from './tool-button.module.css';

interface ToolButtonProps {
  /** What it does, and its key. */
  title: string;
  onPress: () => void;
  /** Of one that is on or off. */
  pressed?: boolean;
  disabled?: boolean;
  /** Its colour when pressed. */
  tone?: 'accent' | 'warn';
  /** Where the words in it do not say it. */
  label?: string;
  children: ReactNode;
}

/** A small button of a bar. Focus stays where the page's keys are heard. */
export function ToolButton({ title, onPress, pressed, disabled, tone, label, children }: ToolButtonProps) {
  return (
    <button
      type="button"
      className={classes.button}
      title={title}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      data-tone={tone}
      onMouseDown={keepFocus}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
