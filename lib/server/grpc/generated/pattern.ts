import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Bar as _halyard_pattern_v1_Bar, Bar__Output as _halyard_pattern_v1_Bar__Output } from './halyard/pattern/v1/Bar.ts';
import type { BarsRequest as _halyard_pattern_v1_BarsRequest, BarsRequest__Output as _halyard_pattern_v1_BarsRequest__Output } from './halyard/pattern/v1/BarsRequest.ts';
import type { GetModelRequest as _halyard_pattern_v1_GetModelRequest, GetModelRequest__Output as _halyard_pattern_v1_GetModelRequest__Output } from './halyard/pattern/v1/GetModelRequest.ts';
import type { Image64x64x3 as _halyard_pattern_v1_Image64x64x3, Image64x64x3__Output as _halyard_pattern_v1_Image64x64x3__Output } from './halyard/pattern/v1/Image64x64x3.ts';
import type { Model as _halyard_pattern_v1_Model, Model__Output as _halyard_pattern_v1_Model__Output } from './halyard/pattern/v1/Model.ts';
import type { PatternReply as _halyard_pattern_v1_PatternReply, PatternReply__Output as _halyard_pattern_v1_PatternReply__Output } from './halyard/pattern/v1/PatternReply.ts';
import type { PatternServiceClient as _halyard_pattern_v1_PatternServiceClient, PatternServiceDefinition as _halyard_pattern_v1_PatternServiceDefinition } from './halyard/pattern/v1/PatternService.ts';
import type { Quantisation as _halyard_pattern_v1_Quantisation, Quantisation__Output as _halyard_pattern_v1_Quantisation__Output } from './halyard/pattern/v1/Quantisation.ts';
import type { QuantisationRow as _halyard_pattern_v1_QuantisationRow, QuantisationRow__Output as _halyard_pattern_v1_QuantisationRow__Output } from './halyard/pattern/v1/QuantisationRow.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  halyard: {
    pattern: {
      v1: {
        Bar: MessageTypeDefinition<_halyard_pattern_v1_Bar, _halyard_pattern_v1_Bar__Output>
        BarsRequest: MessageTypeDefinition<_halyard_pattern_v1_BarsRequest, _halyard_pattern_v1_BarsRequest__Output>
        GetModelRequest: MessageTypeDefinition<_halyard_pattern_v1_GetModelRequest, _halyard_pattern_v1_GetModelRequest__Output>
        Image64x64x3: MessageTypeDefinition<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_Image64x64x3__Output>
        Model: MessageTypeDefinition<_halyard_pattern_v1_Model, _halyard_pattern_v1_Model__Output>
        PatternReply: MessageTypeDefinition<_halyard_pattern_v1_PatternReply, _halyard_pattern_v1_PatternReply__Output>
        PatternService: SubtypeConstructor<typeof grpc.Client, _halyard_pattern_v1_PatternServiceClient> & { service: _halyard_pattern_v1_PatternServiceDefinition }
        Quantisation: MessageTypeDefinition<_halyard_pattern_v1_Quantisation, _halyard_pattern_v1_Quantisation__Output>
        QuantisationRow: MessageTypeDefinition<_halyard_pattern_v1_QuantisationRow, _halyard_pattern_v1_QuantisationRow__Output>
      }
    }
  }
}

