import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type GivenSettings,
  givenSettingsSchema,
  SETTING_NAMES,
  SETTINGS,
  type SettingFacts,
  type SettingName,
  settingRange,
} from '@/lib/contract/settings.ts';

/** Adds an option for every setting of a run: `--learning-rate <number>`. */
export function addSettingOptions(command: Command): Command {
  for (const name of SETTING_NAMES) command.addOption(optionOf(name, SETTINGS[name]));
  return command;
}

/** The settings among a command's options, checked already. */
export function settingsAmong(options: Readonly<Record<string, unknown>>): GivenSettings {
  const given = SETTING_NAMES.flatMap((name) => {
    const value = options[optionOf(name, SETTINGS[name]).attributeName()];
    return value === undefined ? [] : [[name, value] as const];
  });
  return givenSettingsSchema.parse(Object.fromEntries(given));
}

function optionOf(name: SettingName, facts: SettingFacts): Option {
  const flag = `--${name.replaceAll('_', '-')}`;
  const about = `${facts.about.charAt(0).toLowerCase()}${facts.about.slice(1)}`;
  if (facts.kind === 'choice') return new Option(`${flag} <which>`, about).choices(facts.choices);
  const range = settingRange(facts);
  return new Option(`${flag} <number>`, `${about}: ${range}`).argParser((text: string) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!givenSettingsSchema.safeParse({ [name]: value }).success) {
      throw new InvalidArgumentError(`${range} is needed`);
    }
    return value;
  });
}
