import { useQuery } from '@tanstack/react-query';
import { Facts } from '@/components/figure/facts.tsx';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import classes from './model-card.module.css';

/** What lies beside the model as MODEL_CARD.md: use, data, making, figures, limits. */
export function ModelCard({ name }: { name: string }) {
  const { data, error, refetch, isPending } = useQuery({
    queryKey: keys.card(name),
    queryFn: ({ signal }) => call(api.getModelCard, { params: { name }, signal }),
  });
  return (
    <section className={classes.card} aria-label="Model card">
      <h2>Model card</h2>
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={320} /> : null}
      {data?.sections.map(({ heading, paragraphs, facts }) => (
        <div key={heading} className={classes.section}>
          <h3>{heading}</h3>
          <div>
            {paragraphs.map((text) => (
              <p key={text}>{text}</p>
            ))}
            {facts.length > 0 ? <Facts items={facts} /> : null}
          </div>
        </div>
      ))}
    </section>
  );
}
