// A requantizer with one rounding, ties up: TFLite single rounding, TOSA, ruy.
//
//     code = clamp(((acc * multiplier + 2^(30 - leftShift)) >> (31 - leftShift)) + zero_point)
//
// Combinational; registers go where the clock wants them. `left_shift` is TFLite's: -31 ... 30, to the left where positive.
// The rounded value must fit int32, as the contract of the rule says; the sum with the zero point has a bit more.
module requantizer (
    input  logic signed [31:0] acc,
    input  logic        [30:0] multiplier,
    input  logic signed [ 5:0] left_shift,
    input  logic signed [31:0] zero_point,
    input  logic signed [31:0] min,
    input  logic signed [31:0] max,
    output logic signed [31:0] code
);
  logic signed [63:0] product;
  logic        [ 5:0] right_shift;
  logic signed [63:0] rounded;
  logic signed [64:0] sum;

  always_comb begin
    product     = acc * $signed({1'b0, multiplier});
    right_shift = 6'(7'sd31 - left_shift);
    rounded     = (product + (64'sd1 <<< (right_shift - 6'd1))) >>> right_shift;
    sum         = rounded + 65'(zero_point);
    code        = sum < min ? min : sum > max ? max : 32'(sum);
  end
endmodule
