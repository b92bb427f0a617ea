import { NumberInput, Select, UnstyledButton } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import {
  presetValue,
  SETTING_GROUPS,
  SETTING_NAMES,
  SETTINGS,
  type SettingFacts,
  type SettingName,
} from '@/lib/contract/settings.ts';
import { isChanged, type RunValues } from './run-values.ts';
import { settingWords } from './run-words.ts';
import classes from './train.module.css';

type RunForm = UseFormReturnType<RunValues>;

/** Every setting of a run by group; an empty field is the preset's, which it shows, and a changed one is marked. */
export function SettingFields({ form }: { form: RunForm }) {
  return SETTING_GROUPS.map((group, at) => (
    <SettingGroup key={group} group={group} isFirst={at === 0} form={form} />
  ));
}

function SettingGroup({
  group,
  isFirst,
  form,
}: {
  group: SettingFacts['group'];
  isFirst: boolean;
  form: RunForm;
}) {
  const names = SETTING_NAMES.filter((name) => SETTINGS[name].group === group);
  const changed = names.filter((name) => isChanged(form.values, name)).length;
  const wrong = names.some((name) => form.errors[`settings.${name}`]);
  const [open, setOpen] = useState(isFirst || changed > 0);
  return (
    <details
      className={classes.group}
      open={open || wrong}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        {group}
        {changed > 0 ? <small>{changed} changed</small> : null}
      </summary>
      <div className={classes.groupFields}>
        {names.map((name) => (
          <SettingField key={name} name={name} form={form} />
        ))}
      </div>
    </details>
  );
}

function SettingField({ name, form }: { name: SettingName; form: RunForm }) {
  const facts: SettingFacts = SETTINGS[name];
  const changed = isChanged(form.values, name);
  const standard = settingWords(name, presetValue(form.values.preset, name));
  const path = `settings.${name}`;
  const shared = {
    label: facts.name,
    description: facts.about,
    placeholder: standard,
    ...form.getInputProps(path),
  };
  return (
    <div className={classes.setting} data-changed={changed || undefined}>
      {facts.kind === 'number' ? (
        <NumberInput
          {...shared}
          allowDecimal={!facts.whole}
          allowNegative={false}
          hideControls={!facts.whole}
          thousandSeparator={facts.whole ? ',' : undefined}
        />
      ) : (
        <Select
          {...shared}
          data={[...facts.choices]}
          value={String(form.values.settings[name] || standard)}
          allowDeselect={false}
        />
      )}
      {changed ? (
        <UnstyledButton className={classes.back} onClick={() => form.setFieldValue(path, '')}>
          back to {standard}
        </UnstyledButton>
      ) : null}
    </div>
  );
}
