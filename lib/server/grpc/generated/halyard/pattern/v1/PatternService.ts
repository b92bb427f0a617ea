// Original file: proto/pattern.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BarsRequest as _halyard_pattern_v1_BarsRequest, BarsRequest__Output as _halyard_pattern_v1_BarsRequest__Output } from '../../../halyard/pattern/v1/BarsRequest.ts';
import type { GetModelRequest as _halyard_pattern_v1_GetModelRequest, GetModelRequest__Output as _halyard_pattern_v1_GetModelRequest__Output } from '../../../halyard/pattern/v1/GetModelRequest.ts';
import type { Image64x64x3 as _halyard_pattern_v1_Image64x64x3, Image64x64x3__Output as _halyard_pattern_v1_Image64x64x3__Output } from '../../../halyard/pattern/v1/Image64x64x3.ts';
import type { Model as _halyard_pattern_v1_Model, Model__Output as _halyard_pattern_v1_Model__Output } from '../../../halyard/pattern/v1/Model.ts';
import type { PatternReply as _halyard_pattern_v1_PatternReply, PatternReply__Output as _halyard_pattern_v1_PatternReply__Output } from '../../../halyard/pattern/v1/PatternReply.ts';

export interface PatternServiceClient extends grpc.Client {
  Classify(argument: _halyard_pattern_v1_Image64x64x3, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  Classify(argument: _halyard_pattern_v1_Image64x64x3, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  Classify(argument: _halyard_pattern_v1_Image64x64x3, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  Classify(argument: _halyard_pattern_v1_Image64x64x3, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classify(argument: _halyard_pattern_v1_Image64x64x3, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classify(argument: _halyard_pattern_v1_Image64x64x3, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classify(argument: _halyard_pattern_v1_Image64x64x3, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classify(argument: _halyard_pattern_v1_Image64x64x3, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  
  ClassifyBars(argument: _halyard_pattern_v1_BarsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  ClassifyBars(argument: _halyard_pattern_v1_BarsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  ClassifyBars(argument: _halyard_pattern_v1_BarsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  ClassifyBars(argument: _halyard_pattern_v1_BarsRequest, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classifyBars(argument: _halyard_pattern_v1_BarsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classifyBars(argument: _halyard_pattern_v1_BarsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classifyBars(argument: _halyard_pattern_v1_BarsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  classifyBars(argument: _halyard_pattern_v1_BarsRequest, callback: grpc.requestCallback<_halyard_pattern_v1_PatternReply__Output>): grpc.ClientUnaryCall;
  
  ClassifyStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply__Output>;
  ClassifyStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply__Output>;
  classifyStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply__Output>;
  classifyStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply__Output>;
  
  GetModel(argument: _halyard_pattern_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _halyard_pattern_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _halyard_pattern_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _halyard_pattern_v1_GetModelRequest, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  getModel(argument: _halyard_pattern_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  getModel(argument: _halyard_pattern_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  getModel(argument: _halyard_pattern_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  getModel(argument: _halyard_pattern_v1_GetModelRequest, callback: grpc.requestCallback<_halyard_pattern_v1_Model__Output>): grpc.ClientUnaryCall;
  
}

export interface PatternServiceHandlers extends grpc.UntypedServiceImplementation {
  Classify: grpc.handleUnaryCall<_halyard_pattern_v1_Image64x64x3__Output, _halyard_pattern_v1_PatternReply>;
  
  ClassifyBars: grpc.handleUnaryCall<_halyard_pattern_v1_BarsRequest__Output, _halyard_pattern_v1_PatternReply>;
  
  ClassifyStream: grpc.handleBidiStreamingCall<_halyard_pattern_v1_Image64x64x3__Output, _halyard_pattern_v1_PatternReply>;
  
  GetModel: grpc.handleUnaryCall<_halyard_pattern_v1_GetModelRequest__Output, _halyard_pattern_v1_Model>;
  
}

export interface PatternServiceDefinition extends grpc.ServiceDefinition {
  Classify: MethodDefinition<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply, _halyard_pattern_v1_Image64x64x3__Output, _halyard_pattern_v1_PatternReply__Output>
  ClassifyBars: MethodDefinition<_halyard_pattern_v1_BarsRequest, _halyard_pattern_v1_PatternReply, _halyard_pattern_v1_BarsRequest__Output, _halyard_pattern_v1_PatternReply__Output>
  ClassifyStream: MethodDefinition<_halyard_pattern_v1_Image64x64x3, _halyard_pattern_v1_PatternReply, _halyard_pattern_v1_Image64x64x3__Output, _halyard_pattern_v1_PatternReply__Output>
  GetModel: MethodDefinition<_halyard_pattern_v1_GetModelRequest, _halyard_pattern_v1_Model, _halyard_pattern_v1_GetModelRequest__Output, _halyard_pattern_v1_Model__Output>
}
