import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Guide, GuideContent } from '@/lib/contract/guide.ts';
import classes from './guide.module.css';

interface GuideFormProps {
  guide: Guide;
  /** The class whose text is shown; the others keep what was typed. */
  of: ClassId;
  onDone: () => void;
}

type Entry = GuideContent['classes'][ClassId];

/** Writes the next version of the guide. What was labelled keeps the version it was labelled by. */
export function GuideForm({ guide, of, onDone }: GuideFormProps) {
  const [content, setContent] = useState(guide.content);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      call(api.writeGuide, { body: { basedOn: guide.number, reason, content: tidy(content) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.guide });
      onDone();
    },
  });
  const entry = content.classes[of];
  const change = (part: Partial<Entry>) =>
    setContent({ ...content, classes: { ...content.classes, [of]: { ...entry, ...part } } });
  const lacks = missing(content);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h3>{CLASS_FACTS[of].name}</h3>
      <Textarea
        label="Definition"
        autosize
        minRows={3}
        maxLength={2000}
        value={entry.definition}
        onChange={(event) => change({ definition: event.currentTarget.value })}
      />
      <Textarea
        label="It is one, where"
        description="A point a line"
        autosize
        minRows={3}
        value={entry.counts.join('\n')}
        onChange={(event) => change({ counts: event.currentTarget.value.split('\n') })}
      />
      <Textarea
        label="It is none, where"
        description="A point a line"
        autosize
        minRows={3}
        value={entry.doesNot.join('\n')}
        onChange={(event) => change({ doesNot: event.currentTarget.value.split('\n') })}
      />
      <Textarea
        label="Told from its neighbours"
        autosize
        minRows={3}
        maxLength={2000}
        value={entry.neighbours}
        onChange={(event) => change({ neighbours: event.currentTarget.value })}
      />
      <Textarea
        label="When two hold"
        description="For all classes"
        autosize
        minRows={2}
        maxLength={2000}
        value={content.precedence}
        onChange={(event) => setContent({ ...content, precedence: event.currentTarget.value })}
      />
      <TextInput
        label="Why it is changed"
        required
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Problem error={save.error} />
      {lacks ? <p className={classes.old}>{lacks}</p> : null}
      <div className={classes.acts}>
        <Button variant="default" onClick={onDone}>
          Leave it as it was
        </Button>
        <Button type="submit" loading={save.isPending} disabled={lacks !== null || reason.trim() === ''}>
          Save as version {guide.number + 1}
        </Button>
      </div>
    </form>
  );
}

/** What has to be written yet, in words; null where nothing has. */
function missing({ classes: all, precedence }: GuideContent): string | null {
  const empty = CLASS_IDS.find((id) => all[id].definition.trim() === '' || all[id].neighbours.trim() === '');
  if (empty) return `${CLASS_FACTS[empty].name} needs a definition and what tells it from its neighbours.`;
  return precedence.trim() === '' ? 'Say which class it is when two hold.' : null;
}

/** Lines without words are no points. */
function tidy(content: GuideContent): GuideContent {
  const points = (lines: readonly string[]) => lines.filter((line) => line.trim() !== '');
  const entries = CLASS_IDS.map((id) => {
    const entry = content.classes[id];
    return [id, { ...entry, counts: points(entry.counts), doesNot: points(entry.doesNot) }] as const;
  });
  return { ...content, classes: Object.fromEntries(entries) as GuideContent['classes'] };
}
